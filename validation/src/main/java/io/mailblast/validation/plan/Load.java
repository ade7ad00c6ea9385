package io.mailblast.validation.plan;

/// How much is asked in a phase; over its time a straight line.
///
/// @param from share at its begin, 1 is all of `of`
/// @param to share at its end
public record Load(double from, double to, Of of) {

    /// As much as the plan's mix says.
    public static final Load ALL = new Load(1, 1, Of.MIX);

    /// Steps of users from which a capacity can be told: the law that is fitted to them has three parameters.
    static final int FEWEST_STEPS = 4;

    /// What shares are of.
    public enum Of {
        /// The rates of the plan's mix.
        MIX,

        /// What the installation was found to be capable of, in the mix's proportions: by phases of users before.
        CAPACITY
    }

    public boolean isSteady() {
        return from == to;
    }
}
