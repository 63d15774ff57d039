namespace CloudPacs.Pixels;

/// <summary>Why there is no picture, as far as it changes what a service answers.</summary>
public enum PixelProblemKind
{
    /// <summary>The instance is no image (a report, a document, a plan …); 404 or an icon.</summary>
    NothingToRender,

    /// <summary>No codec for the transfer syntax, or a form of pixel data that is not read here; 406.</summary>
    NotSupported,

    /// <summary>Bytes and attributes disagree, or the stream is broken.</summary>
    Damaged,

    /// <summary>The frame is larger than what the caller allows.</summary>
    TooLarge,

    /// <summary>What is asked for cannot be: a frame that does not exist, a region outside of the image; 400 or 404.</summary>
    BadRequest,
}

/// <param name="Text">A sentence for the person who reads the answer; no patient data.</param>
public sealed record PixelProblem(PixelProblemKind Kind, string Text);

/// <summary>Either a value or the problem that there is instead.</summary>
public readonly record struct PixelResult<T> where T : class
{
    private PixelResult(T? value, PixelProblem? problem)
    {
        Value = value;
        Problem = problem;
    }

    public T? Value { get; }

    public PixelProblem? Problem { get; }

    internal static PixelResult<T> Of(T value) => new(value, null);

    internal static PixelResult<T> Failed(PixelProblem problem) => new(null, problem);

    /// <summary>Runs work that gives up by <see cref="PixelException"/>.</summary>
    internal static PixelResult<T> From(Func<T> work)
    {
        try
        {
            return Of(work());
        }
        catch (PixelException exception)
        {
            return Failed(exception.Problem);
        }
    }
}

/// <summary>Leaves a decoder from any depth; never leaves this project.</summary>
internal sealed class PixelException(PixelProblemKind kind, string text) : Exception(text)
{
    public PixelProblem Problem { get; } = new(kind, text);

    public static PixelException Damaged(string text) => new(PixelProblemKind.Damaged, text);

    public static PixelException NotSupported(string text) => new(PixelProblemKind.NotSupported, text);
}
