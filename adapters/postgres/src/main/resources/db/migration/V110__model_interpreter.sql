-- What the model was tried with, for example "Python 3.12.3 at /usr/bin/python3"; null before its trial start.
ALTER TABLE model ADD COLUMN interpreter text;
