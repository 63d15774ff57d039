namespace CloudPacs.Mllp;

/// <summary>One frame as it came.</summary>
/// <param name="Payload">Exactly its content, possibly empty; the receiver may keep it.</param>
/// <param name="HasEndBlock">False when FS was not followed by CR, as an end block is (HL7 v2.5.1 appendix C 4.1).</param>
public readonly record struct MllpFrame(ReadOnlyMemory<byte> Payload, bool HasEndBlock);
