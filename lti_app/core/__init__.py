"""What every room stands on: settings, database, time, ids, text, HTTP. It knows no feature."""
