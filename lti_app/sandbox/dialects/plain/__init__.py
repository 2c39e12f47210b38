"""The specifications read strictly: the rules that the other dialects change one by one."""
