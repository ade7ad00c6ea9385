package io.mailblast.http;

import java.util.List;

/// The routes of one feature.
@FunctionalInterface
public interface Feature {

    List<Route> routes();
}
