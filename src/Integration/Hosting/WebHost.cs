using System.Net;
using System.Net.Sockets;
using System.Reflection;
using CloudPacs.DicomWeb;
using CloudPacs.FhirServer;
using CloudPacs.Identity;
using CloudPacs.Integration.Jobs;
using CloudPacs.Settings;
using Hangfire;
using Microsoft.AspNetCore.Connections;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace CloudPacs.Integration.Hosting;

/// <summary>The HTTP port: FHIR, health, metrics and the administration API.</summary>
internal static class WebHost
{
    private static readonly string Version = Assembly.GetExecutingAssembly()
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public static WebApplication Create(EngineSettings settings, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 16 * 1024 * 1024;
            kestrel.Listen(IPAddress.Parse(settings.Http.BindAddress), settings.Http.Port, port =>
            {
                if (settings.Http.Tls is { } tls)
                    port.UseHttps(new HttpTls(tls, TimeProvider.System, loggers.CreateLogger<HttpTls>()).Begin());
            });
        });
        // Every refusal of the API has a body that says why; without a database it is not the caller's fault.
        builder.Services.AddSingleton<IProblemDetailsWriter, DicomWebProblems>().AddProblemDetails();
        builder.Services.Configure<ExceptionHandlerOptions>(static options =>
        {
            options.StatusCodeSelector = static e => e switch
            {
                NpgsqlException => StatusCodes.Status503ServiceUnavailable,
                BadHttpRequestException bad => bad.StatusCode,
                _ => StatusCodes.Status500InternalServerError,
            };
            // A body that is too long, or breaks off, is the caller's affair and no fault of the engine.
            options.SuppressDiagnosticsCallback = static context => context.Exception is BadHttpRequestException;
        });
        // A page in a browser of this machine must not reach the API under a name of its own (DNS rebinding).
        builder.Services.AddHostFiltering(options => options.AllowedHosts = settings.Http.AllowedHosts);
        if (settings.Http.PublicAddress.Length > 0
            && PublicAddress.TryCreate(settings.Http.PublicAddress.TrimEnd('/') + PublicAddress.Path, out var address, out _))
            builder.Services.AddSingleton(address);
        if (settings.Identity.AsksCallers()) builder.Services.AddSingleton(new CallerFacility(static http => Caller.Of(http).Facility));
        else if (settings.Http.FacilityHeader.Length > 0)
            builder.Services.AddSingleton(CallerFacility.OfHeader(settings.Http.FacilityHeader));
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(DicomWebCors.Policy(settings.Http.Origins)));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddFhir();
        builder.Services.AddHangfire(static _ => { });
        var telemetry = builder.Services.AddOpenTelemetry();
        telemetry.ConfigureResource(static engine => engine.AddService("cloudpacs", serviceVersion: Version));
        telemetry.WithMetrics(static metrics => metrics
            .AddMeter("CloudPacs.*", "Npgsql", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        return builder.Build();
    }

    public static void Map(WebApplication app, Engine engine, EngineSettings settings, TimeProvider clock)
    {
        app.UseHostFiltering();
        app.Use(HeadRequests.ServeAsGetAsync);
        app.UseFhir();
        app.UseRouting();
        app.UseWhen(
            static context => context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/dicomweb")
                || context.Request.Path.StartsWithSegments("/wado"),
            static api => api.UseExceptionHandler().UseStatusCodePages().Use(CodedBodies.RefuseAsync));
        app.UseWhen(
            static context => context.Request.Path.StartsWithSegments("/dicomweb") || context.Request.Path.StartsWithSegments("/wado"),
            static web => web.UseCors());
        app.UseFhirCors(settings.Http.Origins);
        var fhir = engine.Fhir.Open(engine.Studies.Queries, new BinaryReader(engine.Documents), Version) with
        {
            RightsOf = IdentityHost.RightsOf,
            Smart = IdentityHost.SmartOf(settings.Identity),
        };
        engine.Identity.Guard(app, (http, status, words) => FhirEndpoints.RefuseAsync(http, fhir, status, words));
        app.MapPrometheusScrapingEndpoint().WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
        app.MapGet("/", FrontPage.Answer);
        app.MapGet("/health/live", static () => Results.Text("live"));
        app.MapGet("/health/ready", async (CancellationToken cancellationToken) =>
            await engine.IsReadyAsync(cancellationToken)
                ? Results.Text("ready")
                : Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapFhir(fhir);
        app.UseHangfireDashboard(
            "/jobs",
            new DashboardOptions
            {
                Authorization = [new DashboardAccess(engine.Identity.Identification.IsOn)], DashboardTitle = "CloudPacs jobs",
            },
            engine.Jobs);
        app.MapGet("/dicomweb/modality-scheduled-procedure-steps", engine.WorklistSearch.SearchAsync);
        engine.Performed.Map(app);
        engine.Studies.Map(app);
        AdministrationApi.Map(app.MapGroup("/api"), engine, clock);
    }

    /// <summary>Opens the port, and tells in the Endpoint under which address studies are fetched.</summary>
    /// <exception cref="StartException">The port cannot be opened.</exception>
    public static async Task StartAsync(WebApplication app, Engine engine, EngineSettings settings, CancellationToken cancellationToken)
    {
        await OpenAsync(app, settings, cancellationToken);
        await engine.Studies.PublishAsync(
            app.Services.GetService<PublicAddress>()?.ToString() ?? app.Urls.First() + PublicAddress.Path, cancellationToken);
        await engine.Fhir.PublishAsync(cancellationToken);
    }

    private static async Task OpenAsync(WebApplication app, EngineSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException or SocketException)
        {
            var endPoint = new IPEndPoint(IPAddress.Parse(settings.Http.BindAddress), settings.Http.Port);
            throw new StartException(
                PortProblem.Text(
                    "Http:Port", endPoint,
                    e.InnerException as SocketException ?? new SocketException((int)SocketError.AddressAlreadyInUse)),
                e);
        }
        catch (SocketException e)
        {
            throw new StartException(
                PortProblem.Text("Http:Port", new IPEndPoint(IPAddress.Parse(settings.Http.BindAddress), settings.Http.Port), e), e);
        }
    }
}
