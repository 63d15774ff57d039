namespace CloudPacs.Identity;

/// <summary>What became of the question who somebody is.</summary>
/// <param name="Caller">Null when nobody is known by it.</param>
/// <param name="Fault">What is wrong with what was shown, in words; null when nothing was shown.</param>
internal readonly record struct Identified(Caller? Caller, string? Fault)
{
    public static Identified As(Caller caller) => new(caller, null);

    public static Identified Not(string? fault) => new(null, fault);
}
