"""The file that an address names: found by a link this browser holds, named, dated, shared between rooms."""
