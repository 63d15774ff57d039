namespace CloudPacs.Archive;

/// <summary>Where an instance is: what the caller's index keeps of it. It changes only by <see cref="IRecordIndex.MovedAsync"/>.</summary>
/// <param name="Pack">The pack that has it.</param>
/// <param name="Offset">Where its record begins in the pack, in bytes.</param>
/// <param name="Length">Bytes of the instance.</param>
public readonly record struct Place(Guid Pack, long Offset, long Length);
