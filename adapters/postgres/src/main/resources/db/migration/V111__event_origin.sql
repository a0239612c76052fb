-- Who gave the command that an event is of: names of user and project, and the id of the request; null if it is of none.
ALTER TABLE event ADD COLUMN by_user text, ADD COLUMN by_project text, ADD COLUMN request text;
