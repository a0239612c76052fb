-- Where the image of the model was pushed, as a reference with its digest.
ALTER TABLE model ADD COLUMN pushed text;
