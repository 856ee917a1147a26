ISSUES = {12: {"project": "A", "text": "A button is blue"}, 77: {"project": "B", "text": "The key is in the pot"}}


def find(id):
    return ISSUES.get(id)


def find_of(project, id):
    issue = ISSUES.get(id)
    return issue if issue and issue["project"] == project else None
