package io.mailblast.validation.verdict;

import java.util.List;

/// Gunther's Universal Scalability Law (Guerrilla Capacity Planning, 2007): so many users get
/// `X(N) = λN / (1 + σ(N − 1) + κN(N − 1))` answers a second.
///
/// @param lambda answers a second that one user alone gets
/// @param sigma share of the work that nobody else can be served in (contention)
/// @param kappa what each pair of users costs the others (coherency)
/// @param r2 share of the measured throughput's variation that the law explains
record ScalabilityLaw(double lambda, double sigma, double kappa, double r2) {

    /// What was measured.
    record Point(int users, double perSecond) {}

    /// Least squares of `N / X(N)`, which is linear in `N − 1` and `N(N − 1)`; neither coefficient may be less than 0.
    ///
    /// @param points of at least three different numbers of users, none without throughput
    static ScalabilityLaw fit(List<Point> points) {
        ScalabilityLaw best = solved(points, Terms.BOTH);
        if (best.sigma < 0 || best.kappa < 0) {
            ScalabilityLaw contention = solved(points, Terms.CONTENTION);
            ScalabilityLaw coherency = solved(points, Terms.COHERENCY);
            best = List.of(contention, coherency, solved(points, Terms.NONE)).stream()
                    .filter(law -> law.sigma >= 0 && law.kappa >= 0)
                    .max(java.util.Comparator.comparingDouble(ScalabilityLaw::r2))
                    .orElseThrow();
        }
        return best;
    }

    /// Which coefficients are not 0.
    private enum Terms {
        BOTH,
        CONTENTION,
        COHERENCY,
        NONE
    }

    /// By Cramer's rule, with relative weights: what matters is by which share a point is missed.
    private static ScalabilityLaw solved(List<Point> points, Terms terms) {
        double[][] a = new double[3][3];
        double[] b = new double[3];
        for (Point point : points) {
            double n = point.users;
            double y = n / point.perSecond;
            double[] row = {
                1,
                terms == Terms.BOTH || terms == Terms.CONTENTION ? n - 1 : 0,
                terms == Terms.BOTH || terms == Terms.COHERENCY ? n * (n - 1) : 0
            };
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    a[i][j] += row[i] * row[j] / (y * y);
                }
                b[i] += row[i] / y;
            }
        }
        for (int i = 0; i < 3; i++) {
            a[i][i] = a[i][i] == 0 ? 1 : a[i][i];
        }
        double all = determinant(a);
        double c = determinant(replaced(a, b, 0)) / all;
        double lambda = 1 / c;
        ScalabilityLaw law = new ScalabilityLaw(
                lambda, determinant(replaced(a, b, 1)) / all / c, determinant(replaced(a, b, 2)) / all / c, 0);
        return new ScalabilityLaw(law.lambda, law.sigma, law.kappa, law.explained(points));
    }

    private static double determinant(double[][] a) {
        return a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1])
                - a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0])
                + a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0]);
    }

    private static double[][] replaced(double[][] a, double[] b, int column) {
        double[][] copy = {a[0].clone(), a[1].clone(), a[2].clone()};
        for (int i = 0; i < 3; i++) {
            copy[i][column] = b[i];
        }
        return copy;
    }

    private double explained(List<Point> points) {
        double mean = points.stream().mapToDouble(Point::perSecond).average().orElse(0);
        double all = 0;
        double left = 0;
        for (Point point : points) {
            all += Math.pow(point.perSecond - mean, 2);
            left += Math.pow(point.perSecond - perSecond(point.users), 2);
        }
        return all == 0 ? 0 : 1 - left / all;
    }

    /// Answers a second for so many users.
    double perSecond(double users) {
        return lambda * users / (1 + sigma * (users - 1) + kappa * users * (users - 1));
    }

    /// Users beyond whom throughput falls; infinite where it never does.
    double peakUsers() {
        return kappa <= 0 ? Double.POSITIVE_INFINITY : Math.sqrt(Math.max(0, 1 - sigma) / kappa);
    }

    /// The most that the law allows; infinite where nothing bounds it.
    double mostPerSecond() {
        if (kappa > 0) {
            return perSecond(Math.max(1, peakUsers()));
        }
        return sigma > 0 ? lambda / sigma : Double.POSITIVE_INFINITY;
    }
}
