using Microsoft.AspNetCore.Http;

namespace CloudPacs.DicomWeb;

/// <summary>A fault below /dicomweb is told as problem details also to callers that accept data sets only.</summary>
public sealed class DicomWebProblems : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.HttpContext.Request.Path.StartsWithSegments(PublicAddress.Path);
    }

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(context.HttpContext.Response.WriteAsJsonAsync(
            context.ProblemDetails, options: null, "application/problem+json", context.HttpContext.RequestAborted));
    }
}
