"""The API's OpenAPI document, from the table of routes and the shapes that the handlers use."""
