namespace CloudPacs.Integration.DicomWeb;

/// <summary>A fault below /dicomweb is told as problem details also to callers that accept data sets only.</summary>
internal sealed class DicomWebProblems : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => context.HttpContext.Request.Path.StartsWithSegments("/dicomweb");

    public ValueTask WriteAsync(ProblemDetailsContext context) => new(context.HttpContext.Response.WriteAsJsonAsync(
        context.ProblemDetails, options: null, "application/problem+json", context.HttpContext.RequestAborted));
}
