"""Thousands of broken inputs: each is used, or refused by an error of ours."""
