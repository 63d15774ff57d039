using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using CloudPacs.Integration.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Benchmarks;

/// <summary>Studies of 1.6 KB with three series, ten of each patient, one a minute.</summary>
internal static class FhirStudies
{
    public const int StudiesOfPatient = 10;
    private const int Batch = 500;

    public static string StudyId(int number) => Uuid5.Create(Guid.Empty, "study" + number.ToString(CultureInfo.InvariantCulture)).ToString();

    public static string PatientId(int number) => Uuid5.Create(Guid.Empty, "patient" + number.ToString(CultureInfo.InvariantCulture)).ToString();

    public static string PatientNumber(int number) => string.Create(CultureInfo.InvariantCulture, $"P{number:D8}");

    public static DateTime Last(int studies) => Started(studies - 1);

    private static DateTime Started(int number) => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(number);

    public static byte[] Study(int number, int studies)
    {
        var uid = string.Create(CultureInfo.InvariantCulture, $"1.2.826.0.1.3680043.10.1.{number}");
        var modality = (number % 4) switch { 0 => "CT", 1 => "MR", 2 => "DX", _ => "US" };
        var series = string.Join(',', Enumerable.Range(1, 3).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"uid":"{{uid}}.{{i}}","number":{{i}},"modality":{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"{{modality}}" },"description":"Series {{i}} of the chest with contrast","numberOfInstances":{{i * 40}},"started":"{{Started(number):yyyy-MM-ddTHH:mm:ss}}+00:00","bodySite":{"system":"http://snomed.info/sct","code":"51185008","display":"Thorax"} }""")));
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"resourceType":"ImagingStudy","id":"{{StudyId(number)}}","meta":{"versionId":"1","lastUpdated":"2026-03-10T08:00:00.000Z"},"identifier":[{"system":"urn:dicom:uid","value":"urn:oid:{{uid}}"},{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"ACSN"}]},"system":"http://his.example/accession","value":"A{{number}}"}],"status":"available","modality":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"{{modality}}" }],"subject":{"reference":"Patient/{{PatientId(number / StudiesOfPatient % Math.Max(1, studies / StudiesOfPatient))}}"},"started":"{{Started(number):yyyy-MM-ddTHH:mm:ss}}+00:00","referrer":{"display":"IYER, SURESH"},"numberOfSeries":3,"numberOfInstances":240,"procedureCode":[{"coding":[{"system":"http://www.radlex.org","code":"RPID16","display":"CT CHEST W IV CONTRAST"}],"text":"CT Chest with contrast"}],"description":"CT Chest with contrast","series":[{{series}}]}
            """));
    }

    private static byte[] Patient(int number) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"resourceType":"Patient","id":"{{PatientId(number)}}","meta":{"versionId":"1","lastUpdated":"2026-03-10T08:00:00.000Z"},"identifier":[{"system":"http://his.example/mrn","value":"{{PatientNumber(number)}}"}],"active":true,"name":[{"family":"Family{{number}}","given":["Rahul","Kumar"]}],"gender":"{{(number % 2 == 0 ? "male" : "female")}}","birthDate":"19{{number % 90 + 10}}-02-03","address":[{"line":["{{number}} MG Road"],"city":"Pune","state":"MH","postalCode":"411001","country":"IND"}]}
        """));

    /// <summary>Stores patients and studies with what they are found by, from two tasks.</summary>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> LoadAsync(NpgsqlDataSource database, int studies, Func<NpgsqlDataSource, Task<FhirIndex>> indexOf)
    {
        var index = await indexOf(database);
        var blobs = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var store = await WorkspaceStore.OpenAsync(database, new LargeMessages(new Store.Blobs.BlobFolder(blobs), 1 << 20), new IdSource(TimeProvider.System), null, CancellationToken.None, _ => index);
        var patients = studies / StudiesOfPatient;
        var started = Stopwatch.GetTimestamp();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var first = Interlocked.Increment(ref next) * Batch;
                if (first >= studies + patients) return;
                var rows = Enumerable.Range(first, Math.Min(Batch, studies + patients - first)).Select(n => n < patients
                    ? Row("Patient", PatientId(n), Patient(n))
                    : Row("ImagingStudy", StudyId(n - patients), Study(n - patients, studies))).ToList();
                await using var connection = await database.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                var keys = new WorkspaceKeys();
                foreach (var row in rows) keys.Resources.Add((row.Type, row.Id));
                var workspace = await store.LoadAsync(transaction, keys, CancellationToken.None);
                foreach (var row in rows) workspace.PutFhir(row);
                await store.CommitAsync(workspace, new BatchRows(), transaction, CancellationToken.None);
            }
        })));
        return Stopwatch.GetElapsedTime(started);
    }

    private static FhirResourceRow Row(string type, string id, byte[] content) => new()
    {
        Type = type, Id = id, Version = 1, LastUpdated = new DateTimeOffset(2026, 3, 10, 8, 0, 0, TimeSpan.Zero), Content = content,
    };

    private static string Device(string number) =>
        $$"""
        {"resourceType":"Device","identifier":[{"system":"http://his.example/device","value":"{{number}}"}],"status":"active","manufacturer":"Example Imaging","serialNumber":"{{number}}","deviceName":[{"name":"Scanner {{number}}","type":"user-friendly-name"}],"modelNumber":"M-2026","type":{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT"}]},"note":[{"text":"{{Note}}"}]}
        """;

    private static readonly string Note = string.Join(' ', Enumerable.Repeat("Serviced in spring, calibrated with the water phantom.", 21));

    /// <summary>A request that makes a device.</summary>
    public static byte[] Create(IPEndPoint endPoint, int turn)
    {
        var body = Encoding.UTF8.GetBytes(Device("D" + turn.ToString(CultureInfo.InvariantCulture)));
        return
        [
            .. Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"POST /fhir/Device HTTP/1.1\r\nHost: {endPoint}\r\nContent-Type: application/fhir+json\r\nPrefer: return=minimal\r\nContent-Length: {body.Length}\r\n\r\n")),
            .. body,
        ];
    }

    /// <summary>A transaction that makes devices.</summary>
    public static byte[] Bundle(int number, int entries) => Encoding.UTF8.GetBytes(
        """{"resourceType":"Bundle","type":"transaction","entry":[""" + string.Join(',', Enumerable.Range(0, entries).Select(i =>
            $$"""{"resource":{{Device(string.Create(CultureInfo.InvariantCulture, $"B{number}-{i}"))}} ,"request":{"method":"POST","url":"Device"} }""")) + "]}");
}
