package io.mailblast.console;

import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import java.util.List;
import java.util.Map;

/// All components on one page: what to build others from, and what to look at when the style sheet changes.
final class ComponentsPage implements Feature {

    private static final String CHART = """
            {"times":[1764288000,1764291600,1764295200,1764298800,1764302400,1764306000],
            "series":[{"name":"Opens","values":[12,84,190,160,110,70]},{"name":"Clicks","values":[2,20,44,51,30,12]}]}
            """;

    private final Door door;

    ComponentsPage(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        return List.of(door.page(
                "/console/components",
                visit -> visit.page(
                        "components",
                        visit.shell("Components", ""),
                        Map.of("chart", CHART.strip(), "trouble", Trouble.at("wrong", "Must be an e-mail address.")))));
    }
}
