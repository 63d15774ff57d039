using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using CloudPacs.Integration.Hosting;
using CloudPacs.Integration.Messages;
using CloudPacs.Mapping;
using CloudPacs.Settings;
using CloudPacs.Store.Cluster;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs doctor</c>: what would keep the engine from working, and how to mend it.</summary>
internal static class DoctorCommand
{
    private sealed record Finding(string Subject, bool IsGood, string Text);

    public static Command Create()
    {
        var set = SettingsOption.Create();
        var json = JsonOption.Create();
        var command = new Command("doctor", "Check settings, ports, database, maps, certificates and stations") { set, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var findings = new List<Finding>();
            try
            {
                var settings = SettingsOption.Load(result, set);
                findings.Add(new("settings", true, "valid"));
                await CheckAsync(settings, findings, cancellationToken);
            }
            catch (SettingsException e)
            {
                findings.AddRange(e.Problems.Select(static problem => new Finding("settings", false, problem.ToString())));
            }

            if (result.GetValue(json)) result.Output().WriteLine(JsonSerializer.Serialize(findings, JsonOption.Format));
            else
                foreach (var finding in findings)
                    result.Output().WriteLine($"{(finding.IsGood ? "ok   " : "FAULT")} {finding.Subject}: {finding.Text}");
            return findings.TrueForAll(static finding => finding.IsGood) ? Cli.Done : Cli.Failed;
        });
        return command;
    }

    private static async Task CheckAsync(EngineSettings settings, List<Finding> findings, CancellationToken cancellationToken)
    {
        var isRunning = await IsRunningAsync(settings, cancellationToken);
        findings.Add(new("engine", true, isRunning ? $"an engine answers on http port {settings.Http.Port}"
            : EmbeddedCluster.HolderOf(settings.Data) is { } process ? $"process {process} uses the data folder, under other ports"
            : "no engine is running"));
        CheckPort(findings, "Mllp:Port", settings.Mllp.BindAddress, settings.Mllp.Port, isRunning);
        foreach (var (name, listener) in settings.Mllp.Listeners)
            CheckPort(findings, $"Mllp:Listeners:{name}:Port", listener.BindAddress, listener.Port, isRunning);
        CheckPort(findings, "Dicom:Port", settings.Dicom.BindAddress, settings.Dicom.Port, isRunning);
        if (settings.Dicom.Tls is not null)
            CheckPort(findings, "Dicom:TlsPort", settings.Dicom.BindAddress, settings.Dicom.TlsPort, isRunning);
        CheckPort(findings, "Http:Port", settings.Http.BindAddress, settings.Http.Port, isRunning);
        CheckCertificate(findings, "Mllp:Tls", settings.Mllp.Tls);
        foreach (var (name, listener) in settings.Mllp.Listeners) CheckCertificate(findings, $"Mllp:Listeners:{name}:Tls", listener.Tls);
        CheckCertificate(findings, "Dicom:Tls", settings.Dicom.Tls);

        var (maps, diagnostics) = MapCatalog.Load(settings.Mapping.Directory, MappingCommand.EnvironmentOf(settings));
        if (maps is not null) findings.Add(new("maps", true, $"{maps.Senders.Count} senders, version {maps.Version}"));
        // A running engine keeps the maps that it has while the tests of new ones fail.
        var failed = maps is null ? [] : new MapTestRunner(settings.Mapping.Directory, MappingCommand.EnvironmentOf(settings)).Verify();
        var errors = diagnostics.Concat(failed).Where(static d => d.IsError);
        findings.AddRange(errors.Select(static d => new Finding("maps", false, d.ToString())));
        var siteMaps = Path.Combine(settings.Mapping.Directory, "sites", settings.Site.Name);
        if (!Directory.Exists(siteMaps)) findings.Add(new("maps", true, $"site {settings.Site.Name} has none of its own in {siteMaps}"));

        findings.Add(settings.Dicom.Stations.Count == 0
            ? new("stations", true, "none configured: any AE title from this machine is served, none from elsewhere")
            : new("stations", true, string.Join(", ", settings.Dicom.Stations.Keys)));
        await CheckDatabaseAsync(settings, findings, cancellationToken);
    }

    private static async Task<bool> IsRunningAsync(EngineSettings settings, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            return (
                await client.GetStringAsync(
                    new Uri($"http://{settings.Http.BindAddress}:{settings.Http.Port}/health/live"), cancellationToken)) == "live";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static void CheckPort(List<Finding> findings, string key, string address, int port, bool isRunning)
    {
        if (port == 0 || isRunning)
        {
            findings.Add(new(key, true, port == 0 ? "any free port" : $"{port}, open by the running engine"));
            return;
        }

        var endPoint = new IPEndPoint(IPAddress.Parse(address), port);
        try
        {
            using var listener = new TcpListener(endPoint);
            listener.Start();
            findings.Add(new(key, true, $"{endPoint} is free"));
        }
        catch (SocketException e)
        {
            findings.Add(new(key, false, PortProblem.Text(key, endPoint, e)));
        }
    }

    private static void CheckCertificate(List<Finding> findings, string key, TlsSettings? tls)
    {
        if (tls is null) return;
        try
        {
            using var certificate = CertificateFiles.Load(tls, key, TimeProvider.System);
            foreach (var authority in CertificateFiles.LoadAuthorities(tls, key)) authority.Dispose();
            var end = certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            findings.Add(new(key, true, $"{certificate.Subject}, valid until {end}"));
        }
        catch (SettingsException e)
        {
            findings.Add(new(key, false, e.Message));
        }
    }

    private static async Task CheckDatabaseAsync(EngineSettings settings, List<Finding> findings, CancellationToken cancellationToken)
    {
        if (settings.Database.ConnectionString.Length == 0 && !EmbeddedCluster.IsIn(settings.Data))
        {
            findings.Add(new("database", true, $"none yet: the first start makes it in {Path.GetFullPath(settings.Data)}"));
            return;
        }

        using var loggers = LoggerFactory.Create(static _ => { });
        try
        {
            await using var access = await DatabaseAccess.OpenAsync(settings, mayShare: true, loggers, cancellationToken);
            await using var source = Npgsql.NpgsqlDataSource.Create(access.ConnectionString + ";Pooling=false");
            await using var probe = source.CreateCommand("SHOW server_version");
            findings.Add(new("database", true, $"PostgreSQL {await probe.ExecuteScalarAsync(cancellationToken)} answers"));
        }
        catch (Exception e) when (e is StoreUnavailableException or Npgsql.NpgsqlException)
        {
            findings.Add(new("database", false, e.Message));
        }
    }
}
