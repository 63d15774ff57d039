using CloudPacs.Dicom;

namespace CloudPacs.Domain;

/// <summary>
/// A part of a command. Two parts are never the same because they say the same: who made the commands finds the part that a problem is
/// about, or that a row is described by, by its identity.
/// </summary>
public abstract class Details
{
    /// <summary>What was found wrong with the values where they were read; it counts only where the values are used.</summary>
    public IReadOnlyList<Problem> Faults { get; init; } = [];

    /// <summary>
    /// The attributes whose values stand in for better ones that were not sent (<see cref="Domain.StandIns"/>), and what to tell when a
    /// better one is stored and stays; null for nothing.
    /// </summary>
    public IReadOnlyList<(Tag Attribute, Problem? Told)> StandIns { get; init; } = [];

    internal bool HasErrors => Faults.Any(static fault => fault.IsError);
}
