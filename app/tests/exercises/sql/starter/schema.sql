create table people (id integer primary key, name text, password text);
insert into people values (1, 'Ann', 'rose'), (2, 'Bob', 'tulip');
