namespace CloudPacs.DicomWeb.Multipart;

/// <summary>How a part goes on after a piece of it.</summary>
public enum PieceKind
{
    More,

    /// <summary>The part is whole; the piece is empty.</summary>
    End,

    /// <summary>The body is broken: the part is not whole. The piece is empty.</summary>
    Broken,
}

/// <summary>Some bytes of a part.</summary>
/// <param name="Bytes">Valid until the reader is asked for anything else.</param>
/// <param name="Kind">Whether there is more.</param>
public readonly record struct PartPiece(ReadOnlyMemory<byte> Bytes, PieceKind Kind);
