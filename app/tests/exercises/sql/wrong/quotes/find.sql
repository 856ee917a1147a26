select id, name from people where name = "{name}"
