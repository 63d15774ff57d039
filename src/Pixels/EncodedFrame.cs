using CloudPacs.Dicom;

namespace CloudPacs.Pixels;

/// <summary>One frame as it is stored, with what its instance says of it.</summary>
/// <param name="Header">The data set up to the pixel data, or all of it; only read.</param>
/// <param name="TransferSyntaxUid">The syntax that the bytes are in.</param>
/// <param name="Bytes">
/// Encapsulated: the fragments of the frame put together, without item headers (PS3.5 A.4). Native: the bytes that
/// <see cref="NativeFrames.ByteRange"/> names, in the byte order of the syntax.
/// </param>
/// <param name="Number">1 for the first frame.</param>
public sealed record EncodedFrame(DataSet Header, string TransferSyntaxUid, ReadOnlyMemory<byte> Bytes, int Number = 1)
{
    /// <summary>Most bytes that the decoded samples may take; asked before anything is allocated.</summary>
    public long MaxDecodedBytes { get; init; } = 256L << 20;
}
