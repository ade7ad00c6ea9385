package io.mailblast.console;

import java.util.List;

/// What stands around a page.
///
/// @param section of the navigation that the page belongs to
/// @param csrf what each form must bring back
/// @param note what has just been done, or empty
record Shell(
        String title,
        String section,
        String email,
        String workspace,
        boolean operator,
        String csrf,
        String note,
        Assets assets) {

    /// One entry of the navigation.
    record Place(String section, String name, String path, String icon) {}

    /// Entries that belong together.
    ///
    /// @param name empty for the first ones
    record Group(String name, List<Place> places) {}

    List<Group> groups() {
        return List.of(
                new Group(
                        "",
                        List.of(
                                new Place("dashboard", "Dashboard", "/console/dashboard", "pulse"),
                                new Place("campaigns", "Campaigns", "/console/campaigns", "send"))),
                new Group(
                        "Audience",
                        List.of(
                                new Place("contacts", "Contacts", "/console/contacts", "people"),
                                new Place("lists", "Lists", "/console/lists", "list"),
                                new Place("imports", "Imports", "/console/imports", "upload"),
                                new Place("suppressions", "Suppressions", "/console/suppressions", "stop"))),
                new Group(
                        operator ? "Installation" : "",
                        operator
                                ? List.of(
                                        new Place("alerts", "Alerts", "/console/alerts", "bell"),
                                        new Place("system", "System", "/console/system", "home"),
                                        new Place("performance", "Performance", "/console/performance", "pulse"),
                                        new Place("runs", "Validation", "/console/runs", "check"),
                                        new Place("receivers", "Receivers", "/console/receivers", "at"),
                                        new Place("users", "Accounts", "/console/users", "users"))
                                : List.of()),
                new Group(
                        "Settings",
                        List.of(
                                new Place("senders", "Senders", "/console/senders", "at"),
                                new Place("keys", "API keys", "/console/keys", "key"),
                                new Place("start", "First steps", "/console/start", "steps"))));
    }

    /// What the palette offers beside places.
    List<Place> actions() {
        return List.of(
                new Place("", "New campaign", "/console/campaigns/new", "plus"),
                new Place("", "Import contacts", "/console/imports/new", "plus"),
                new Place("", "Add a contact", "/console/contacts/new", "plus"),
                new Place("", "Make a list", "/console/lists/new", "plus"),
                new Place("", "Add a sender", "/console/senders/new", "plus"),
                new Place("", "Make an API key", "/console/keys/new", "plus"),
                new Place("", "Components of these pages", "/console/components", "list"));
    }

    boolean isAt(Place place) {
        return place.section().equals(section);
    }

    /// A file of the console's own, under a name that changes with its content.
    String file(String name) {
        return assets.path(name);
    }
}
