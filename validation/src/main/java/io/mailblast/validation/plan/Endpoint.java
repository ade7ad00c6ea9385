package io.mailblast.validation.plan;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a plan can ask of a MailBlast, one kind of request each.
public enum Endpoint {
    CAMPAIGN_CREATE("campaign-create", "POST /campaigns", Group.API),
    CAMPAIGN_LIST("campaign-list", "GET /campaigns", Group.API),
    CAMPAIGN_SEND("campaign-send", "POST /campaigns/:id/send", Group.API),
    CAMPAIGN_STATS("campaign-stats", "GET /campaigns/:id/stats", Group.API),
    CONTACT_LIST("contact-list", "GET /contacts", Group.API),
    CONTACT_CREATE("contact-create", "POST /contacts", Group.API),
    LOGIN("login", "POST /auth/login", Group.API),
    REFRESH("refresh", "POST /auth/refresh", Group.API),
    ANALYTICS_OVERVIEW("analytics-overview", "GET /analytics/overview", Group.ANALYTICS),
    ANALYTICS_TIMELINE("analytics-timeline", "GET /analytics/timeline", Group.ANALYTICS),
    ANALYTICS_TOP_LINKS("analytics-top-links", "GET /analytics/top-links", Group.ANALYTICS),
    ANALYTICS_RECENT("analytics-recent", "GET /analytics/events/recent", Group.ANALYTICS),
    TRACK_OPEN("track-open", "GET /track/open/:id", Group.TRACKING),
    TRACK_CLICK("track-click", "GET /track/click/:id", Group.TRACKING),
    TRACK_UNSEEN("track-unseen", "GET /track/open/:id from a program never seen before", Group.TRACKING),
    TRACK_MALFORMED("track-malformed", "GET /track/… that is malformed", Group.MALFORMED),

    /// From the first byte of the upload to the end of the import.
    CONTACTS_IMPORT("contacts-import", "POST /contacts/import", Group.IMPORT);

    private final String spelling;
    private final String route;
    private final Group group;

    Endpoint(String spelling, String route, Group group) {
        this.spelling = spelling;
        this.route = route;
        this.group = group;
    }

    /// Endpoints that have a target together.
    public enum Group {
        API("api"),
        ANALYTICS("analytics"),
        TRACKING("tracking"),

        /// Answered with 400 or 404; none of the targets is about them.
        MALFORMED("malformed"),

        /// Whole imports, which take seconds where others take milliseconds.
        IMPORT("import");

        private final String spelling;

        Group(String spelling) {
            this.spelling = spelling;
        }

        /// As plans and reports write it.
        public String spelling() {
            return spelling;
        }

        /// Analytics belongs to the API, as its users see it.
        public Set<Endpoint> endpoints() {
            return Arrays.stream(Endpoint.values())
                    .filter(each -> each.group == this || (this == API && each.group == ANALYTICS))
                    .collect(Collectors.toCollection(() -> EnumSet.noneOf(Endpoint.class)));
        }
    }

    /// As plans and reports write it.
    public String spelling() {
        return spelling;
    }

    /// Method and path, as the strategy writes them.
    public String route() {
        return route;
    }

    public Group group() {
        return group;
    }

    /// @return empty where there is none that is spelled so
    public static Optional<Endpoint> spelled(String spelling) {
        return Arrays.stream(values())
                .filter(each -> each.spelling.equals(spelling))
                .findFirst();
    }

    /// @param name of an endpoint, of a group, or `everything` that has a target
    /// @return empty where there is none of that name
    static Optional<Set<Endpoint>> named(String name) {
        if (name.equals("everything")) {
            return Optional.of(EnumSet.complementOf(EnumSet.of(TRACK_MALFORMED, CONTACTS_IMPORT)));
        }
        for (Group group : Group.values()) {
            if (group.spelling.equals(name)) {
                return Optional.of(group.endpoints());
            }
        }
        return spelled(name).map(EnumSet::of);
    }

    static String names() {
        return Arrays.stream(values()).map(Endpoint::spelling).collect(Collectors.joining(", "));
    }
}
