using System.Globalization;

namespace CloudPacs.Integration.Tests;

/// <summary>How many random cases a property test looks at, and which.</summary>
internal static class Cases
{
    /// <summary>All of them when CLOUDPACS_LONG is 1; some of them each time, as all take minutes.</summary>
    public static readonly bool Long = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1";

    private static readonly int Base = Environment.GetEnvironmentVariable("CLOUDPACS_SEED") is { Length: > 0 } seed
        ? int.Parse(seed, CultureInfo.InvariantCulture) : 0;

    /// <summary>The seed of a case: CLOUDPACS_SEED gives others than the usual ones.</summary>
    public static int Seed(int number) => unchecked(Base * 1_000_003 + number);
}
