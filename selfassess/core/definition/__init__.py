"""What an author writes, frozen: questions, rules, devices and wording, as read from `questions/`."""
