package io.mailblast.console;

import io.mailblast.auth.Auth;
import io.mailblast.http.Feature;
import io.mailblast.http.LocalApi;
import io.mailblast.http.Route;
import java.util.ArrayList;
import java.util.List;

/// The web console, put together.
public final class Console implements Feature, AutoCloseable {

    private final List<Feature> features;
    private final Live live = new Live();

    /// @param secure whether people come over https
    public Console(Auth.Doors doors, LocalApi api, boolean secure) {
        Assets assets = new Assets();
        Cookies cookies = new Cookies(secure);
        Door door = new Door(new Pages(secure), assets, cookies, doors, api);
        this.features = List.of(
                assets,
                new SignInPages(door, cookies, doors),
                new StartPages(door),
                new DashboardPages(door, live),
                new AlertPages(door),
                new SystemPages(door, live),
                new PerformancePages(door),
                new RunPages(door),
                new ReceiverPages(door),
                new KeyPages(door),
                new ComponentsPage(door),
                new SenderPages(door),
                new ContactPages(door),
                new ListPages(door),
                new ImportPages(door, live),
                new CampaignPages(door),
                new EditorPages(door),
                new ReviewPages(door),
                new ReportPages(door, live));
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        features.forEach(feature -> routes.addAll(feature.routes()));
        return routes;
    }

    /// Ends what is still watched, so that the server need not wait for it. Can be called twice.
    @Override
    public void close() {
        live.close();
    }
}
