"""Reports as the site keeps, shows, draws and delivers them."""
