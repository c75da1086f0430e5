"""The monthly report of one company: gathered from the lake and the desk, told on paper and in a spreadsheet."""
