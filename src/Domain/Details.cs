namespace CloudPacs.Domain;

/// <summary>
/// A part of a command. Two parts are never the same because they say the same: who made the commands finds the part that a problem is
/// about, or that a row is described by, by its identity.
/// </summary>
public abstract class Details
{
    /// <summary>What was found wrong with the values where they were read; it counts only where the values are used.</summary>
    public IReadOnlyList<Problem> Faults { get; init; } = [];

    internal bool HasErrors => Faults.Any(static fault => fault.IsError);
}
