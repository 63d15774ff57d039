using CloudPacs.Settings;
using Xunit;

namespace CloudPacs.Integration.Tests.Settings;

/// <summary>Settings that are wrong stop the start and say how to mend them.</summary>
public sealed class SettingsLoaderTests
{
    private const string Address = "is not an IP address. Give one such as 127.0.0.1, ::1 or 0.0.0.0.";
    private const string Port = "is not a port. Give 1 to 65535 (0 = any free one).";
    private const string TimeSpanText = "is not a time span such as 1.00:00:00 (days.hours:minutes:seconds). Give a time span such as 1.00:00:00 (days.hours:minutes:seconds).";
    private const string DicomSet = "is not a Specific Character Set of DICOM. Use defined terms of PS3.3 C.12.1.1.2 such as ISO_IR 192 or ISO_IR 100, with '\\' between several.";
    private const string SamePort = "Give each listener a port of its own.";
    private const string AeTitle = "is not an AE title. Use 1 to 16 printable ASCII characters without backslash.";

    [Fact]
    public void Without_any_setting_the_defaults_are_valid()
    {
        var settings = Load();

        Assert.Equal((2575, 11112, 8080, "CLOUDPACS"), (settings.Mllp.Port, settings.Dicom.Port, settings.Http.Port, settings.Dicom.AeTitle));
    }

    [Fact]
    public void A_value_of_every_level_is_taken_over()
    {
        var settings = Load(
            "Mllp:Listeners:lab:Port=2600", "Mllp:Listeners:lab:SequenceNumbers=true", "Dicom:Stations:CT1:Addresses:0=10.1.2.0/24", "worklist:keepvisible=2.00:00:00");

        Assert.True(settings.Mllp.Listeners["lab"] is { Port: 2600, SequenceNumbers: true });
        Assert.Equal(["10.1.2.0/24"], settings.Dicom.Stations["CT1"].Addresses);
        Assert.Equal(TimeSpan.FromDays(2), settings.Worklist.KeepVisible);
    }

    [Theory]
    [InlineData("Mlpp:Port=1", "Mlpp: there is no such setting. Did you mean Mllp? Otherwise take it out.")]
    [InlineData("Dicom:AeTitel=X", "Dicom:AeTitel: there is no such setting. Did you mean Dicom:AeTitle? Otherwise take it out.")]
    [InlineData("Mllp:Listeners:lab:Prot=1", "Mllp:Listeners:lab:Prot: there is no such setting. Did you mean Mllp:Listeners:lab:Port? Otherwise take it out.")]
    [InlineData("Dicom:Stations:CT1:Facilty=X", "Dicom:Stations:CT1:Facilty: there is no such setting. Did you mean Dicom:Stations:CT1:Facility? Otherwise take it out.")]
    public void An_unknown_key_is_named_with_the_one_that_was_meant(string setting, string problem) => Assert.Equal([problem], Problems(setting));

    [Theory]
    [InlineData("Mllp:Port=x", "Mllp:Port: 'x' is not a whole number. Give a whole number.")]
    [InlineData("Mllp:Strict=maybe", "Mllp:Strict: 'maybe' is not true or false. Give true or false.")]
    [InlineData("DrainTime=soon", "DrainTime: 'soon' " + TimeSpanText)]
    [InlineData("Worklist:KeepVisible=5", "Worklist:KeepVisible: '5' " + TimeSpanText)]
    [InlineData("Mllp=5", "Mllp: holds '5', but is a group of settings. Set the keys below it, such as Mllp:Listeners.")]
    [InlineData("Mllp:Listeners:lab=5", "Mllp:Listeners:lab: holds '5', but is a group of settings. Set the keys below it, such as Mllp:Listeners:lab:BindAddress.")]
    [InlineData("Mllp:Senders=HIS", "Mllp:Senders: holds 'HIS', but is a group of settings. Set the keys below it, such as Mllp:Senders:NAME.")]
    [InlineData("Http:AllowedHosts=pacs.example", "Http:AllowedHosts: holds 'pacs.example', but is a list. Number its entries: Http:AllowedHosts:0, Http:AllowedHosts:1.")]
    [InlineData("Mllp:Port=99999999999", "Mllp:Port: '99999999999' is not a whole number. Give a whole number.")]
    public void A_value_of_another_kind_is_told(string setting, string problem) => Assert.Equal([problem], Problems(setting));

    [Theory]
    [InlineData("Data=", "Data: is empty. Give the folder that the engine may write to.")]
    [InlineData("DrainTime=00:01:00", "DrainTime: '00:01:00' is not between 0 and 10 s. A stop must end within 20 s whatever the peers do.")]
    [InlineData("Site:Name=a/b", "Site:Name: 'a/b' is not a short name. Use 1 to 14 letters, digits, '-' or '_', as the folder under mappings/sites.")]
    [InlineData("Site:TimeZone=Mars/Base", "Site:TimeZone: 'Mars/Base' is not a time zone of this machine. Give an IANA name such as Asia/Kolkata, or install tzdata.")]
    [InlineData("Mllp:Port=70000", "Mllp:Port: '70000' " + Port)]
    [InlineData("Mllp:BindAddress=here", "Mllp:BindAddress: 'here' " + Address)]
    [InlineData("Mllp:AckMode=fast", "Mllp:AckMode: 'fast' is not an acknowledgement mode. Use auto, original, commit or enhanced.")]
    [InlineData("Mllp:MaxFrameBytes=1", "Mllp:MaxFrameBytes: '1' is out of range. Give 1024 to 536870912 bytes.")]
    [InlineData("Mllp:MaxConnections=0", "Mllp:MaxConnections: '0' is out of range. Give 1 to 100000 connections.")]
    [InlineData("Mllp:MaxInFlight=0", "Mllp:MaxInFlight: '0' is out of range. Give 1 to 10000 messages.")]
    [InlineData("Mllp:Tls:CertificateFile=", "Mllp:Tls:CertificateFile: is empty. Give the PEM file of the listener's certificate.")]
    [InlineData("Mllp:Tls:ClientCertificate=x;Mllp:Tls:CertificateFile=a", "Mllp:Tls:ClientCertificate: 'x' is not known. Use none, optional or required.")]
    [InlineData("Mllp:Listeners:lab:Port=70000", "Mllp:Listeners:lab:Port: '70000' " + Port)]
    [InlineData("Mllp:BindAddress=0.0.0.0", "Mllp:BindAddress: opens HL7 to other machines without authentication. Set Mllp:Senders:NAME:Addresses or Mllp:Tls with ClientCertificate=required, or bind to 127.0.0.1.")]
    [InlineData("Mllp:Listeners:lab:BindAddress=0.0.0.0", "Mllp:Listeners:lab:BindAddress: opens HL7 to other machines without authentication. Set Mllp:Senders:NAME:Addresses or Tls with ClientCertificate=required, or bind to 127.0.0.1.")]
    [InlineData("Mllp:Senders:his:Addresses:0=his.local", "Mllp:Senders:his:Addresses: has an entry that is no address. Give IP addresses or networks such as 10.1.2.0/24.")]
    [InlineData("Dicom:Stations:CT1:KeptBy=OLD", "Dicom:Stations:CT1:KeptBy: 'OLD' is not known. Say below Archives:OLD where it is.")]
    [InlineData("Dicom:Port=-1", "Dicom:Port: '-1' " + Port)]
    [InlineData("Dicom:TlsPort=70000", "Dicom:TlsPort: '70000' " + Port)]
    [InlineData("Dicom:BindAddress=x", "Dicom:BindAddress: 'x' " + Address)]
    [InlineData("Dicom:BindAddress=0.0.0.0", "Dicom:BindAddress: opens DICOM to other machines without known stations. Set Dicom:Stations:AETITLE:Addresses, or bind to 127.0.0.1.")]
    [InlineData("Dicom:AeTitle=SEVENTEEN_LETTERS", "Dicom:AeTitle: 'SEVENTEEN_LETTERS' " + AeTitle)]
    [InlineData("Dicom:Stations:SEVENTEEN_LETTERS:Facility=A", "Dicom:Stations:SEVENTEEN_LETTERS: 'SEVENTEEN_LETTERS' " + AeTitle)]
    [InlineData("Dicom:Stations:CT1:Addresses:0=ct1.local", "Dicom:Stations:CT1:Addresses: has an entry that is no address. Give IP addresses or networks such as 10.1.2.0/24.")]
    [InlineData("Dicom:MaxPduBytes=1", "Dicom:MaxPduBytes: '1' is out of range. Give 4096 to 16777216 bytes.")]
    [InlineData("Dicom:MaxAssociations=0", "Dicom:MaxAssociations: '0' is not positive. Give how many associations may be open at once.")]
    [InlineData("Dicom:MaxAssociationsPerAe=0", "Dicom:MaxAssociationsPerAe: '0' is not positive. Give how many associations one AE title may hold.")]
    [InlineData("Http:Port=70000", "Http:Port: '70000' " + Port)]
    [InlineData("Http:BindAddress=0.0.0.0;Http:TlsEndsAtProxy=true", "Http:BindAddress: '0.0.0.0' opens HTTP to other machines without authentication. Set Identity:Issuers:NAME, Identity:Certificates:NAME or Identity:Required, or bind to 127.0.0.1.")]
    [InlineData("Http:BindAddress=0.0.0.0;Identity:Required=true", "Http:BindAddress: '0.0.0.0' would send tokens and patient data unencrypted. Set Http:Tls:CertificateFile, or Http:TlsEndsAtProxy where a proxy on a network of its own does it.")]
    [InlineData("Identity:Issuers:A:Issuer=x;Identity:Issuers:A:KeysFile=k", "Identity:Issuers:A:Audiences: is empty. Give what tokens for this engine have in 'aud', such as its address.")]
    [InlineData("Identity:Issuers:A:Issuer=x;Identity:Issuers:A:Audiences:0=y", "Identity:Issuers:A:KeysAddress: and KeysFile: one of them is needed. Give the address of its JWKS, or a file.")]
    [InlineData("Identity:Issuers:A:Issuer=x;Identity:Issuers:A:Audiences:0=y;Identity:Issuers:A:KeysFile=k;Identity:Issuers:A:Algorithms:0=none", "Identity:Issuers:A:Algorithms: 'none' is not taken. Use some of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512.")]
    [InlineData("Database:Writers=0", "Database:Writers: '0' is out of range. Give 1 to 32 writers.")]
    [InlineData("Database:BatchLimit=0", "Database:BatchLimit: '0' is out of range. Give 1 to 2000 messages a transaction.")]
    [InlineData("Database:KeepMessages=30.00:00:00", "Database:KeepMessages: '30.00:00:00' is less than 31 days. Give 31.00:00:00 or more, or 0 to keep everything.")]
    [InlineData("Database:QueueLimit=0", "Database:QueueLimit: '0' is out of range. Give 1 to 100000 messages.")]
    [InlineData("Mapping:Directory=", "Mapping:Directory: is empty. Give the folder that holds base/, sites/ and senders/.")]
    [InlineData("Archive:ReserveBytes=-1", "Archive:ReserveBytes: '-1' is negative. Give how many bytes of the disk are to stay free.")]
    [InlineData("Archive:KeyRingFile=/no/keys", "Archive:KeyRingFile: '/no/keys' is no file. Give the file with the keys of the archive, or leave it empty.")]
    [InlineData("Archive:ObjectStore:AnswerWhenThere=true", "Archive:ObjectStore:Bucket: is empty. Give the bucket that packs go to.")]
    [InlineData("Archive:ObjectStore:Bucket=b;Archive:ObjectStore:Service=s3", "Archive:ObjectStore:Service: 's3' is no address of a service. Write https://s3.hospital.test, or leave it empty for Amazon's.")]
    [InlineData("Archive:ObjectStore:Bucket=b;Archive:ObjectStore:AccessKey=k", "Archive:ObjectStore:SecretKey: goes with AccessKey. Give both, or none for the credentials of the environment.")]
    [InlineData("Archive:ObjectStore:Bucket=b;Archive:ObjectStore:ServerSideEncryption=ROT13", "Archive:ObjectStore:ServerSideEncryption: 'ROT13' is no encryption of a service. Give AES256, aws:kms, or leave it empty.")]
    [InlineData("Archive:ObjectStore:Bucket=b;Archive:ObjectStore:Patience=00:00:00", "Archive:ObjectStore:Patience: '00:00:00' is out of range. Give 00:00:01 to 00:10:00.")]
    [InlineData("Worklist:KeepVisible=-1.00:00:00", "Worklist:KeepVisible: '-1.00:00:00' is negative. Give how long an entry stays after its start.")]
    [InlineData("Worklist:KeepVisibleInpatient=-1.00:00:00", "Worklist:KeepVisibleInpatient: '-1.00:00:00' is negative. Give how long an inpatient's entry stays after its start.")]
    [InlineData("Worklist:AnswerLimit=0", "Worklist:AnswerLimit: '0' is out of range. Give 1 to 100000 entries.")]
    [InlineData("Worklist:UnassignedVisibleTo=", "Worklist:UnassignedVisibleTo: is empty. Give modality, none, or AE titles with commas between.")]
    [InlineData("Mllp:DefaultCharacterSet=KLINGON", "Mllp:DefaultCharacterSet: 'KLINGON' is not a character set of HL7 table 0211. Use a term such as 8859/1, UNICODE UTF-8 or GB 18030-2000.")]
    [InlineData("Dicom:CharacterSet=KLINGON", "Dicom:CharacterSet: 'KLINGON' " + DicomSet)]
    [InlineData("Dicom:Stations:CT1:CharacterSet=ISO_IR 192\\X", "Dicom:Stations:CT1:CharacterSet: 'ISO_IR 192\\X' " + DicomSet)]
    [InlineData("Dicom:Stations:CT1:AnswerLimit=-1", "Dicom:Stations:CT1:AnswerLimit: '-1' is out of range. Give 1 to 100000 entries, or 0 for Worklist:AnswerLimit.")]
    [InlineData("Dicom:IdleTimeout=00:00:00", "Dicom:IdleTimeout: '00:00:00' is out of range. Give 00:00:01 to 1.00:00:00, after which an association without traffic is ended.")]
    [InlineData("Dicom:Tls:CertificateFile=", "Dicom:Tls:CertificateFile: is empty. Give the PEM file of the listener's certificate.")]
    [InlineData("Dicom:Tls:CertificateFile=a;Dicom:Tls:ClientCertificate=x", "Dicom:Tls:ClientCertificate: 'x' is not known. Use none, optional or required.")]
    [InlineData("Mllp:Port=4000;Dicom:Port=4000", "Dicom:Port: '4000' is the port of Mllp:Port too. " + SamePort)]
    [InlineData("Mllp:Listeners:lab:Port=8080", "Http:Port: '8080' is the port of Mllp:Listeners:lab:Port too. " + SamePort)]
    [InlineData("Dicom:TlsPort=8080;Dicom:Tls:CertificateFile=a", "Http:Port: '8080' is the port of Dicom:TlsPort too. " + SamePort)]
    [InlineData(Receiver + "Outbound:MppsReceivers:pacs:Host=", "Outbound:MppsReceivers:pacs:Host: is empty. Give the name or address of the system.")]
    [InlineData(Receiver + "Outbound:MppsReceivers:pacs:Port=0", "Outbound:MppsReceivers:pacs:Port: '0' is no port. Give the DICOM port of the system, 1 to 65535.")]
    [InlineData(Receiver + "Outbound:MppsReceivers:pacs:AeTitle=", "Outbound:MppsReceivers:pacs:AeTitle: '' " + AeTitle)]
    [InlineData(Receiver + "Outbound:MppsReceivers:pacs:CharacterSet=KLINGON", "Outbound:MppsReceivers:pacs:CharacterSet: 'KLINGON' " + DicomSet)]
    [InlineData(Receiver + "Outbound:MppsReceivers:pacs:FirstPause=00:00:00", "Outbound:MppsReceivers:pacs:FirstPause: '00:00:00' is out of range. Give more than 0 and at most 01:00:00.")]
    [InlineData(Receiver + "Outbound:MppsReceivers:pacs:Connections=33", "Outbound:MppsReceivers:pacs:Connections: '33' is out of range. Give 1 to 32.")]
    [InlineData(Receiver + "Outbound:Destinations:pacs:Host=his;Outbound:Destinations:pacs:Port=1", "Outbound:MppsReceivers:pacs: is the name of a destination too. Give each system that is told a name of its own.")]
    public void A_value_that_cannot_be_used_is_told_with_its_key_and_the_fix(string settings, string problem) => Assert.Equal([problem], Problems(settings.Split(';')));

    [Fact]
    public void All_problems_are_told_at_once() => Assert.Equal(3, Problems("Mllp:Port=70000", "Dicom:Port=70000", "Http:Port=70000").Count);

    [Theory]
    [InlineData("Mllp:BindAddress=0.0.0.0;Mllp:Senders:his:Addresses:0=10.0.0.0/8")]
    [InlineData("Mllp:BindAddress=0.0.0.0;Mllp:Tls:CertificateFile=a.pem;Mllp:Tls:ClientCertificate=required")]
    [InlineData("Mllp:Listeners:lab:BindAddress=0.0.0.0;Mllp:Senders:his:Addresses:0=10.0.0.0/8")]
    [InlineData("Dicom:BindAddress=::;Dicom:Stations:CT1:Addresses:0=10.0.0.7")]
    [InlineData("Http:BindAddress=0.0.0.0;Identity:Required=true;Http:TlsEndsAtProxy=true;TOKEN=cp_1")]
    [InlineData("Http:BindAddress=0.0.0.0;Identity:Required=true;Http:Tls:CertificateFile=a.pem")]
    public void With_known_peers_other_machines_may_connect(string settings) => Assert.NotNull(Load(settings.Split(';')));

    [Theory]
    [InlineData("Host=db.example;Port=99999")]
    [InlineData("Hots=db.example")]
    [InlineData("Database=cloudpacs")]
    public void A_connection_string_that_cannot_be_used_is_refused(string text) =>
        Assert.StartsWith("Database:ConnectionString: is not a connection string of PostgreSQL.", Assert.Single(Problems($"Database:ConnectionString={text}")), StringComparison.Ordinal);

    [Fact]
    public void Ports_that_are_left_open_or_not_used_may_be_the_same() =>
        Assert.NotNull(Load("Mllp:Port=0", "Dicom:Port=0", "Http:Port=0", "Dicom:TlsPort=2575"));

    [Fact]
    public void A_receiver_of_performed_steps_is_a_system_that_is_told()
    {
        var receiver = Load(Receiver.TrimEnd(';').Split(';')).Outbound.MppsReceivers["pacs"];

        Assert.True(receiver.Reports("PACS"));
        Assert.False(receiver.Reports("CT1"));
    }

    private const string Receiver = "Outbound:MppsReceivers:pacs:Host=pacs;Outbound:MppsReceivers:pacs:Port=104;Outbound:MppsReceivers:pacs:AeTitle=PACS;";

    private static EngineSettings Load(params string[] settings) => SettingsLoader.Load(
        settings.Select(static setting => setting.Split('=', 2)).GroupBy(static pair => pair[0]).ToDictionary(static pairs => pairs.Key, static pairs => (string?)pairs.Last()[1]));

    private static List<string> Problems(params string[] settings)
    {
        var refused = Assert.Throws<SettingsException>(() => Load(settings));
        Assert.Contains(refused.Problems[0].Key, refused.Message, StringComparison.Ordinal);
        return [.. refused.Problems.Select(static problem => problem.ToString())];
    }
}
