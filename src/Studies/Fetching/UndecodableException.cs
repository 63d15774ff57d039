using CloudPacs.Pixels;

namespace CloudPacs.Studies.Fetching;

/// <summary>Compressed pixel data cannot be had uncompressed; the text says nothing of patients.</summary>
public sealed class UndecodableException(PixelProblemKind kind, string text) : Exception(text)
{
    public PixelProblemKind Kind { get; } = kind;
}
