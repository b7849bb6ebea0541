-- The tables are as before. What is written into them is not: facts that are as before are kept once, and blocks of links end with a checksum.
PRAGMA user_version = 8;
