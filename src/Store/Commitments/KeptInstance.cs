using CloudPacs.Store.Studies;

namespace CloudPacs.Store.Commitments;

/// <summary>An instance that is asked for, and what is kept under its name.</summary>
/// <param name="Asked">As the requester names it.</param>
/// <param name="Stored">What is stored and may be known to the requester; null when nothing is.</param>
/// <param name="State">Of what is stored.</param>
/// <param name="ReceivedAt">When it was stored.</param>
/// <param name="RefusedAs">
/// Code of the problem because of which an instance of this name, that the requester sent, was set aside; null when none was.
/// </param>
public sealed record KeptInstance(
    InstanceReference Asked, StoredInstance? Stored, InstanceState State, DateTimeOffset ReceivedAt, string? RefusedAs);
