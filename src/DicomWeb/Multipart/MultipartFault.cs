namespace CloudPacs.DicomWeb.Multipart;

/// <summary>Why a multipart body cannot be read on. Parts that ended before are whole.</summary>
public enum MultipartFault
{
    None,

    /// <summary>No boundary was found; the body may be empty.</summary>
    NoBoundary,

    /// <summary>Lines end with LF only (RFC 2046 4.1.1 wants CR LF).</summary>
    LineFeedOnly,

    /// <summary>The body ended inside a part or before its closing boundary.</summary>
    Truncated,

    /// <summary>A part's header line has no colon or no name.</summary>
    BadHeader,

    HeadersTooLong,
    PreambleTooLong,
    TooManyParts,
}

/// <summary>Faults in words.</summary>
public static class MultipartFaults
{
    /// <summary>What is wrong, as a sentence for the sender.</summary>
    public static string Text(this MultipartFault fault) => fault switch
    {
        MultipartFault.None => "",
        MultipartFault.NoBoundary => "The body does not hold the boundary that its Content-Type names.",
        MultipartFault.LineFeedOnly => "Lines of a multipart body must end with CR LF, not LF.",
        MultipartFault.Truncated => "The body ended before its closing boundary.",
        MultipartFault.BadHeader => "A part has a header line that is none.",
        MultipartFault.HeadersTooLong => "The headers of a part are too long.",
        MultipartFault.PreambleTooLong => "Too much stands before the first boundary.",
        MultipartFault.TooManyParts => "The body has too many parts.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
