using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CloudPacs.FhirServer;

/// <summary>What the endpoint needs of the web server: answers compressed with br or gzip (FHIR R4 http.html 3.1.0.1.9).</summary>
public static class FhirHosting
{
    public static IServiceCollection AddFhir(this IServiceCollection services)
    {
        services.AddSingleton<IResponseCompressionProvider, LargeAnswers>();
        return services.AddResponseCompression(static options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes =
            [
                FhirFormat.Json, FhirFormat.Xml, "application/json", "text/json", "application/xml", "text/xml", "text/html",
            ];
        });
    }

    /// <summary>To be called before the routes are run.</summary>
    public static IApplicationBuilder UseFhir(this IApplicationBuilder application) => application.UseWhen(
        static context => context.Request.Path.StartsWithSegments(FhirCall.Path), static fhir => fhir.UseResponseCompression());

    /// <summary>What fits into one packet is sent as it is: compressed it would come no sooner.</summary>
    private sealed class LargeAnswers(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
        : ResponseCompressionProvider(services, options)
    {
        private const int Packet = 1400;

        public override bool ShouldCompressResponse(HttpContext context) =>
            context.Response.ContentLength is not <= Packet && base.ShouldCompressResponse(context);
    }
}
