using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.CommandLine;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>What keeps the engine from starting is said once, with its name and the way to mend it, and ends the process.</summary>
public sealed class StartFailureTests(PreparedFolder prepared) : IClassFixture<PreparedFolder>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("MLLP__PROT", "2575", "MLLP:PROT", "there is no such setting", "Did you mean")]
    [InlineData("NONSENSE", "1", "NONSENSE", "there is no such setting", "take it out")]
    [InlineData("MLLP__PORT", "abc", "MLLP:PORT", "'abc' is not a whole number", "Give a whole number")]
    [InlineData("MLLP__PORT", "70000", "Mllp:Port", "'70000' is not a port", "Give 1 to 65535")]
    [InlineData("MLLP__PORT", "99999999999", "MLLP:PORT", "'99999999999' is not a whole number", "Give a whole number")]
    [InlineData("DICOM__AETITLE", "THIS TITLE IS TOO LONG", "Dicom:AeTitle", "is not an AE title", "Use 1 to 16")]
    [InlineData("SITE__TIMEZONE", "Asia/Nowhere", "Site:TimeZone", "is not a time zone", "IANA")]
    [InlineData("WORKLIST__KEEPVISIBLE", "tomorrow", "WORKLIST:KEEPVISIBLE", "'tomorrow' is not a time span", "1.00:00:00")]
    [InlineData("MLLP__ACKMODE", "loud", "Mllp:AckMode", "'loud' is not an acknowledgement mode", "auto")]
    [InlineData("MLLP__BINDADDRESS", "0.0.0.0", "Mllp:BindAddress", "without authentication", "bind to 127.0.0.1")]
    [InlineData("DICOM__BINDADDRESS", "0.0.0.0", "Dicom:BindAddress", "without known stations", "bind to 127.0.0.1")]
    [InlineData("DICOM__TLS__CLIENTCERTIFICATE", "sometimes", "Dicom:Tls:ClientCertificate", "'sometimes' is not known", "none, optional or required")]
    [InlineData("DICOM__CHARACTERSET", "LATIN1", "Dicom:CharacterSet", "'LATIN1' is not a Specific Character Set", "ISO_IR 192")]
    [InlineData("DICOM__STATIONS__CT1__CHARACTERSET", @"\ISO 2022 IR 78", "Dicom:Stations:CT1:CharacterSet", "is not a Specific Character Set", "ISO_IR 192")]
    [InlineData("DICOM__TLS__KEYFILE", "key.pem", "Dicom:Tls:CertificateFile", "is empty", "Give the PEM file")]
    [InlineData("DATABASE__WRITERS", "0", "Database:Writers", "out of range", "1 to 32")]
    public async Task A_wrong_setting_is_named_with_its_problem_and_fix(string name, string value, string key, string problem, string fix)
    {
        using var folder = new ScratchFolder();

        var run = await Verb.RunAsync("serve", "--set", $"Data={folder["data"]}", "--set", $"{name.Replace("__", ":", StringComparison.Ordinal)}={value}")
            .WaitAsync(Limit, TestContext.Current.CancellationToken);

        Assert.Equal(Cli.WrongUsage, run.ExitCode);
        Check(run.ExitCode, run.Errors, key, problem, fix);
    }

    [Theory]
    [InlineData("MLLP__PROT", "2575", "MLLP:PROT", "there is no such setting", "Did you mean")]
    [InlineData("DATABASE__WRITERS", "0", "Database:Writers", "out of range", "1 to 32")]
    [InlineData("MAPPING__DIRECTORY", "/no/such/folder", "Mapping:Directory", "/no/such/folder", "")]
    public async Task A_wrong_setting_ends_the_program(string name, string value, string key, string problem, string fix) =>
        await FailAsync([(name, value)], key, problem, fix);

    [Theory]
    [InlineData("MLLP__PORT", "Mllp:Port")]
    [InlineData("DICOM__PORT", "Dicom:Port")]
    [InlineData("HTTP__PORT", "Http:Port")]
    public async Task A_taken_port_is_named(string name, string key)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        await FailAsync([(name, $"{port}")], key, $"port {port} on 127.0.0.1 is taken by another program", $"set {key} to a free port");
    }

    [Fact]
    public async Task A_missing_PostgreSQL_is_named()
    {
        using var empty = new ScratchFolder();

        await FailAsync([("DATABASE__BINDIRECTORY", empty.Path)], "Database:BinDirectory", empty.Path, "initdb");
    }

    [Fact]
    public async Task A_database_server_that_does_not_answer_is_named() =>
        await FailAsync([("DATABASE__CONNECTIONSTRING", "Host=127.0.0.1;Port=1;Username=cloudpacs;Database=cloudpacs")], "Database:ConnectionString", "127.0.0.1", "");

    [Fact]
    public async Task A_connection_string_that_is_none_is_named() =>
        await FailAsync([("DATABASE__CONNECTIONSTRING", "Hots=127.0.0.1")], "Database:ConnectionString", "is not a connection string", "Host=db.example");

    [Fact]
    public async Task A_file_in_the_place_of_the_data_folder_is_named()
    {
        using var folder = new ScratchFolder();
        var file = folder.Write("data", "");

        await FailAsync([("DATA", file)], file, "cannot be written", "CLOUDPACS_DATA");
    }

    [Theory]
    [InlineData("size=1m")]
    [InlineData("nr_inodes=2")]
    [InlineData("nr_inodes=3")]
    public async Task A_full_data_folder_is_named(string options)
    {
        using var folder = new ScratchFolder();
        var data = Directory.CreateDirectory(folder["full"]).FullName;
        var mounted = await Tool.RunAsync("mount", "-t", "tmpfs", "-o", options + ",mode=0755", "tmpfs", data);
        Assert.SkipUnless(mounted.ExitCode == 0, "A small file system can be mounted by root only.");
        try
        {
            await FailAsync([("DATA", data)], data, "No space left on device", "Free space");
        }
        finally
        {
            await Tool.RunAsync("umount", data);
        }
    }

    [Fact]
    public async Task A_read_only_data_folder_is_named()
    {
        using var folder = new ScratchFolder();
        var data = Directory.CreateDirectory(folder["data"]).FullName;
        var mounted = await Tool.RunAsync("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", data);
        Assert.SkipUnless(mounted.ExitCode == 0, "A read-only file system can be mounted by root only.");
        try
        {
            await FailAsync([("DATA", data)], data, "cannot be written", "CLOUDPACS_DATA");
        }
        finally
        {
            await Tool.RunAsync("umount", data);
        }
    }

    [Theory]
    [InlineData("MLLP__TLS__CERTIFICATEFILE", "Mllp:Tls:CertificateFile", null)]
    [InlineData("MLLP__TLS__CERTIFICATEFILE", "Mllp:Tls:CertificateFile", "this is no certificate")]
    [InlineData("DICOM__TLS__CERTIFICATEFILE", "Dicom:Tls:CertificateFile", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task A_certificate_that_cannot_be_used_is_named(string name, string key, string? content)
    {
        using var folder = new ScratchFolder();
        var file = content is null ? folder["missing.pem"] : folder.Write("broken.pem", content);

        await FailAsync([(name, file)], key, $"'{file}' cannot be used", "Give a readable PEM file");
    }

    [Theory]
    [InlineData("MLLP__TLS__", "Mllp:Tls")]
    [InlineData("DICOM__TLS__", "Dicom:Tls")]
    public async Task A_certificate_whose_time_is_over_is_named(string group, string key)
    {
        using var folder = new ScratchFolder();
        var (certificate, privateKey) = WritePair(folder, "old", days: -1);

        await FailAsync([(group + "CERTIFICATEFILE", certificate), (group + "KEYFILE", privateKey)], $"{key}:CertificateFile", $"'{certificate}' has expired on", "Renew it");
    }

    [Fact]
    public async Task A_private_key_that_belongs_to_another_certificate_is_named()
    {
        using var folder = new ScratchFolder();
        var (certificate, _) = WritePair(folder, "ours", days: 1);
        var (_, privateKey) = WritePair(folder, "other", days: 1);

        await FailAsync([("MLLP__TLS__CERTIFICATEFILE", certificate), ("MLLP__TLS__KEYFILE", privateKey)], "Mllp:Tls:KeyFile", $"'{privateKey}' cannot be used", "private key of this certificate");
    }

    [Fact]
    public async Task A_file_of_trusted_authorities_without_any_is_named_and_not_taken_for_trust_in_all()
    {
        using var folder = new ScratchFolder();
        var (certificate, privateKey) = WritePair(folder, "ours", days: 1);
        var empty = folder.Write("empty.pem", "");

        await FailAsync(
            [("MLLP__TLS__CERTIFICATEFILE", certificate), ("MLLP__TLS__KEYFILE", privateKey), ("MLLP__TLS__CLIENTCERTIFICATE", "required"), ("MLLP__TLS__TRUSTEDAUTHORITIESFILE", empty)],
            "Mllp:Tls:TrustedAuthoritiesFile", $"'{empty}' holds no certificate", "authorities' certificates");
    }

    [Fact]
    public async Task Faulty_maps_are_named_with_file_line_and_rule()
    {
        using var folder = new ScratchFolder();
        var maps = SiteMaps.Create(folder["mappings"], "{ nonsense: true }");

        await FailAsync([("MAPPING__DIRECTORY", maps)], "Mapping:Directory", "site.yaml", "nonsense");
    }

    [Fact]
    public async Task A_settings_file_that_cannot_be_read_is_named()
    {
        var data = (await prepared.GetAsync()).DataFolder;
        await using var engine = new EngineProcess(("DATA", data));
        engine.Folder.Write("appsettings.json", """{ "Mllp": { "Port": """);

        Check(await engine.RunToEndAsync(Limit), engine.Errors, "appsettings.json", "", "");
    }

    [Fact]
    public async Task A_second_engine_on_the_same_folder_is_refused_and_the_first_goes_on()
    {
        var first = await prepared.GetAsync();
        await first.StartAsync();

        await FailAsync([], "Another engine", first.DataFolder, "CLOUDPACS_DATA");

        Assert.Equal("ready", await first.GetAsync("/health/ready"));
        Assert.Equal(0, await first.StopAsync());
    }

    /// <param name="days">How long the certificate is valid from now; negative = how long it is over.</param>
    private static (string Certificate, string PrivateKey) WritePair(ScratchFolder folder, string name, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var end = TimeProvider.System.GetUtcNow().AddDays(days);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(end.AddDays(-30), end);
        return (folder.Write($"{name}.pem", certificate.ExportCertificatePem()), folder.Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    private async Task FailAsync((string Name, string Value)[] settings, string key, string problem, string fix)
    {
        var data = (await prepared.GetAsync()).DataFolder;
        await using var engine = new EngineProcess([("DATA", data), .. settings]);

        Check(await engine.RunToEndAsync(Limit), engine.Errors, key, problem, fix);
    }

    private static void Check(int exitCode, string errors, string key, string problem, string fix)
    {
        Assert.NotEqual(0, exitCode);
        Assert.DoesNotContain("Unhandled exception", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        var message = string.Join('\n', errors.Split('\n').Where(static line => !IsLog(line)));
        Assert.Contains(key, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.Contains(fix, message, StringComparison.Ordinal);
    }

    /// <summary>Lines of the log begin with the time.</summary>
    private static bool IsLog(string line) => line.Length > 20 && line[4] == '-' && line[10] == 'T';
}
