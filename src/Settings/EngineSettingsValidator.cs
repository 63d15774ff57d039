using System.Net;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using FluentValidation;
using Npgsql;

namespace CloudPacs.Settings;

/// <summary>Every rule on a value; messages are "problem | fix".</summary>
internal sealed class EngineSettingsValidator : AbstractValidator<EngineSettings>
{
    public EngineSettingsValidator()
    {
        RuleFor(s => s.Data).NotEmpty().WithMessage("is empty. | Give the folder that the engine may write to.");
        RuleFor(s => s.DrainTime).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromSeconds(10))
            .WithMessage("'{PropertyValue}' is not between 0 and 10 s. | A stop must end within 20 s whatever the peers do.");
        RuleFor(s => s.Site.Name).Matches("^[A-Za-z0-9][A-Za-z0-9_-]{0,13}$")
            .WithMessage(
                "'{PropertyValue}' is not a short name. | Use 1 to 14 letters, digits, '-' or '_', as the folder under mappings/sites.");
        RuleFor(s => s.Site.TimeZone).Must(BeTimeZone)
            .WithMessage(
                "'{PropertyValue}' is not a time zone of this machine. | Give an IANA name such as Asia/Kolkata, or install tzdata.");
        RuleFor(s => s.Mllp).SetValidator(new MllpListenerValidator());
        RuleFor(s => s.Mllp).Must((s, main) => IsGuarded(main, s)).OverridePropertyName("Mllp.BindAddress")
            .WithMessage(
                "opens HL7 to other machines without authentication. | Set Mllp:Senders:NAME:Addresses or Mllp:Tls with "
                    + "ClientCertificate=required, or bind to 127.0.0.1.");
        RuleFor(s => s).Custom(CheckListeners);
        RuleFor(s => s.Dicom.Port).SetValidator(new PortValidator());
        RuleFor(s => s.Dicom.TlsPort).SetValidator(new PortValidator());
        RuleFor(s => s.Dicom.Tls!).SetValidator(new TlsValidator()).When(s => s.Dicom.Tls is not null);
        RuleFor(s => s.Dicom.BindAddress).Must(BeAddress).WithMessage(AddressMessage);
        RuleFor(s => s.Dicom.BindAddress).Must((s, a) => !BeAddress(a) || IsLoopback(a) || s.Dicom.Stations.Count > 0)
            .WithMessage(
                "opens DICOM to other machines without known stations. | Set Dicom:Stations:AETITLE:Addresses, or bind to 127.0.0.1.");
        RuleFor(s => s.Dicom.AeTitle)
            .Must(BeAeTitle)
            .WithMessage(AeTitleMessage);
        RuleFor(s => s.Dicom.CharacterSet).Must(BeDicomCharacterSet).WithMessage(CharacterSetMessage);
        RuleFor(s => s.Dicom.IdleTimeout).InclusiveBetween(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
            .WithMessage(
                "'{PropertyValue}' is out of range. | Give 00:00:01 to 1.00:00:00, after which an association without traffic is ended.");
        RuleFor(s => s).Custom(CheckPeers);
        RuleFor(s => s).Custom(PortConflicts.Check);
        RuleFor(s => s.Dicom.MaxPduBytes)
            .InclusiveBetween(4096, 16 * 1024 * 1024)
            .WithMessage("'{PropertyValue}' is out of range. | Give 4096 to 16777216 bytes.");
        RuleFor(s => s.Dicom.MaxAssociations)
            .GreaterThan(0)
            .WithMessage("'{PropertyValue}' is not positive. | Give how many associations may be open at once.");
        RuleFor(s => s.Dicom.MaxAssociationsPerAe)
            .GreaterThan(0)
            .WithMessage("'{PropertyValue}' is not positive. | Give how many associations one AE title may hold.");
        RuleFor(s => s.Http.Port).SetValidator(new PortValidator());
        RuleFor(s => s.Http.Tls!).SetValidator(new TlsValidator()).When(s => s.Http.Tls is not null);
        RuleFor(s => s).Custom(IdentityValidator.Check);
        RuleFor(s => s.Http.PublicAddress).Must(static address => address.Length == 0 || WebAddress.IsValid(address))
            .WithMessage(WebAddress.Message);
        RuleForEach(s => s.Http.Origins).Must(static origin => DicomWebCors.FindProblem(origin) is null)
            .WithMessage(
                "'{PropertyValue}' is no origin. | Write the scheme and host of a page, and its port if it has one, such as "
                    + "https://viewer.hospital.test.");
        RuleFor(s => s.Http.FacilityHeader).Matches("^[A-Za-z0-9-]*$")
            .WithMessage("'{PropertyValue}' is no name of a header. | Use letters, digits and '-', such as X-Facility.");
        RuleFor(s => s.Fhir).SetValidator(new FhirValidator());
        RuleFor(s => s.Database.ConnectionString).Must(BeConnectionString)
            .WithMessage(
                "is not a connection string of PostgreSQL. | Write for example Host=db.example;Username=cloudpacs;Database=cloudpacs, "
                    + "or leave it empty for the embedded database.");
        RuleFor(s => s.Database.Writers).InclusiveBetween(1, 32).WithMessage("'{PropertyValue}' is out of range. | Give 1 to 32 writers.");
        RuleFor(s => s.Database.BatchLimit)
            .InclusiveBetween(1, 2000)
            .WithMessage("'{PropertyValue}' is out of range. | Give 1 to 2000 messages a transaction.");
        RuleFor(s => s.Database.QueueLimit)
            .InclusiveBetween(1, 100_000)
            .WithMessage("'{PropertyValue}' is out of range. | Give 1 to 100000 messages.");
        RuleFor(s => s.Database.InlineMessageBytes).InclusiveBetween(8192, 64 * 1024 * 1024)
            .WithMessage(
                "'{PropertyValue}' is out of range. | Give 8192 to 67108864 bytes, from which on a message is a file of the data folder.");
        RuleFor(s => s.Database.InlineDocumentBytes).InclusiveBetween(1024, 1024 * 1024)
            .WithMessage(
                "'{PropertyValue}' is out of range. | Give 1024 to 1048576 bytes, from which on a document is a file of the data folder.");
        RuleFor(s => s.Database.KeepMessages).Must(BeRetention).WithMessage(RetentionMessage);
        RuleFor(s => s.Database.KeepAudit).Must(BeRetention).WithMessage(RetentionMessage);
        RuleForEach(s => s.Audit.TrustedKeys).Matches("^[0-9a-fA-F]{64}$")
            .WithMessage("'{PropertyValue}' is no id of a key. | Write the 64 hexadecimal digits that 'audit verify' names.");
        RuleFor(s => s.Mapping.Directory).NotEmpty().WithMessage("is empty. | Give the folder that holds base/, sites/ and senders/.");
        RuleFor(s => s).Custom(CheckDestinations);
        RuleFor(s => s.Outbound.KeepSent).GreaterThanOrEqualTo(TimeSpan.Zero)
            .WithMessage("'{PropertyValue}' is negative. | Give how long deliveries that were sent are kept.");
        RuleFor(s => s.Dicom.CommitmentPatience).InclusiveBetween(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30))
            .WithMessage("'{PropertyValue}' is out of range. | Give 00:00:01 to 30.00:00:00.");
        RuleFor(s => s.Dicom.AvailabilityPause).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromHours(1))
            .WithMessage("'{PropertyValue}' is out of range. | Give 0 to 01:00:00.");
        RuleFor(s => s.Dicom.CommitmentGrace).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromHours(1))
            .WithMessage("'{PropertyValue}' is out of range. | Give 0 to 01:00:00.");
        RuleFor(s => s.Archive.ReserveBytes).GreaterThanOrEqualTo(0)
            .WithMessage("'{PropertyValue}' is negative. | Give how many bytes of the disk are to stay free.");
        RuleFor(s => s.Archive.FetchedBytes).GreaterThanOrEqualTo(1024 * 1024)
            .WithMessage("'{PropertyValue}' is too little. | Give at least 1048576 bytes.");
        RuleFor(s => s.Archive.WarnBytes).GreaterThanOrEqualTo(0)
            .WithMessage("'{PropertyValue}' is negative. | Give below how many free bytes a warning is given.");
        RuleFor(s => s.Archive.WarnUndecidedAfter).GreaterThanOrEqualTo(TimeSpan.Zero)
            .WithMessage("'{PropertyValue}' is negative. | Give after how long a warning is given of studies that wait for a person.");
        RuleForEach(s => s.Archive.Retention).Must(static rule => rule.Keep >= TimeSpan.FromDays(1))
            .WithMessage("Keep is missing or less than a day. | Give how long studies have to be kept, such as 3650.00:00:00.");
        RuleFor(s => s.Archive.EraseAfter).GreaterThanOrEqualTo(TimeSpan.Zero)
            .WithMessage("'{PropertyValue}' is negative. | Give how long what was deleted can be restored.");
        RuleFor(s => s.Archive.ObjectStore).SetValidator(new ObjectStoreValidator());
        RuleFor(s => s).Custom(CheckArchives);
        RuleFor(s => s.Archive.KeyRingFile).Must(static file => file.Length == 0 || File.Exists(file))
            .WithMessage("'{PropertyValue}' is no file. | Give the file with the keys of the archive, or leave it empty.");
        RuleFor(s => s.Worklist.KeepVisible)
            .GreaterThanOrEqualTo(TimeSpan.Zero)
            .WithMessage("'{PropertyValue}' is negative. | Give how long an entry stays after its start.");
        RuleFor(s => s.Worklist.KeepVisibleInpatient)
            .GreaterThanOrEqualTo(TimeSpan.Zero)
            .WithMessage("'{PropertyValue}' is negative. | Give how long an inpatient's entry stays after its start.");
        RuleFor(s => s.Worklist.AnswerLimit)
            .InclusiveBetween(1, 100_000)
            .WithMessage("'{PropertyValue}' is out of range. | Give 1 to 100000 entries.");
        RuleFor(s => s.Worklist.UnassignedVisibleTo)
            .NotEmpty()
            .WithMessage("is empty. | Give modality, none, or AE titles with commas between.");
    }

    /// <summary>Entries of a dictionary are named by their key.</summary>
    private static void CheckListeners(EngineSettings settings, ValidationContext<EngineSettings> context)
    {
        var validator = new MllpListenerValidator();
        foreach (var (name, listener) in settings.Mllp.Listeners)
        {
            foreach (var failure in validator.Validate(listener).Errors)
                context.AddFailure($"Mllp.Listeners.{name}.{failure.PropertyName}", failure.ErrorMessage);
            if (!IsGuarded(listener, settings))
            {
                context.AddFailure($"Mllp.Listeners.{name}.BindAddress",
                    "opens HL7 to other machines without authentication. | Set Mllp:Senders:NAME:Addresses or Tls with "
                        + "ClientCertificate=required, or bind to 127.0.0.1.");
            }
        }
    }

    private static void CheckDestinations(EngineSettings settings, ValidationContext<EngineSettings> context)
    {
        var validator = new DestinationValidator();
        foreach (var (name, destination) in settings.Outbound.Destinations)
        {
            foreach (var failure in validator.Validate(destination).Errors)
                context.AddFailure($"Outbound.Destinations.{name}.{failure.PropertyName}", failure.ErrorMessage);
        }

        var receivers = new MppsReceiverValidator();
        foreach (var (name, receiver) in settings.Outbound.MppsReceivers)
        {
            foreach (var failure in receivers.Validate(receiver).Errors)
                context.AddFailure($"Outbound.MppsReceivers.{name}.{failure.PropertyName}", failure.ErrorMessage);
            if (settings.Outbound.Destinations.ContainsKey(name))
            {
                context.AddFailure(
                    $"Outbound.MppsReceivers.{name}",
                    "is the name of a destination too. | Give each system that is told a name of its own.");
            }
        }
    }

    private static void CheckArchives(EngineSettings settings, ValidationContext<EngineSettings> context)
    {
        var validator = new ForeignArchiveValidator();
        foreach (var (name, archive) in settings.Archives)
        {
            foreach (var failure in validator.Validate(archive).Errors)
                context.AddFailure($"Archives.{name}.{failure.PropertyName}", failure.ErrorMessage);
        }
    }

    private static void CheckPeers(EngineSettings settings, ValidationContext<EngineSettings> context)
    {
        const string NoAddress = "has an entry that is no address. | Give IP addresses or networks such as 10.1.2.0/24.";
        foreach (var (title, station) in settings.Dicom.Stations)
        {
            if (!BeAeTitle(title))
                context.AddFailure(
                    $"Dicom.Stations.{title}",
                    AeTitleMessage.Replace("{PropertyValue}", title, StringComparison.Ordinal));
            if (!station.Addresses.TrueForAll(BeNetwork)) context.AddFailure($"Dicom.Stations.{title}.Addresses", NoAddress);
            if (station.CharacterSet.Length > 0 && !BeDicomCharacterSet(station.CharacterSet))
                context.AddFailure(
                    $"Dicom.Stations.{title}.CharacterSet",
                    CharacterSetMessage.Replace("{PropertyValue}", station.CharacterSet, StringComparison.Ordinal));
            if (station.MppsWithoutCreate is not ("refuse" or "keep" or "accept"))
                context.AddFailure(
                    $"Dicom.Stations.{title}.MppsWithoutCreate",
                    $"'{station.MppsWithoutCreate}' is not known. | Use refuse, keep or accept.");
            if (station.AnswerLimit is < 0 or > 100_000)
                context.AddFailure(
                    $"Dicom.Stations.{title}.AnswerLimit",
                    $"'{station.AnswerLimit}' is out of range. | Give 1 to 100000 entries, or 0 for Worklist:AnswerLimit.");
        }

        CheckKeepers(settings, context);
        CheckForwarding("Dicom.ForwardTo", settings.Dicom.ForwardTo, settings, context);
        foreach (var (title, station) in settings.Dicom.Stations)
            CheckForwarding($"Dicom.Stations.{title}.ForwardTo", station.ForwardTo, settings, context);
        var destinations = new DicomDestinationValidator();
        foreach (var (title, destination) in settings.Dicom.Destinations)
        {
            if (!BeAeTitle(title))
                context.AddFailure(
                    $"Dicom.Destinations.{title}", AeTitleMessage.Replace("{PropertyValue}", title, StringComparison.Ordinal));
            foreach (var failure in destinations.Validate(destination).Errors)
                context.AddFailure($"Dicom.Destinations.{title}.{failure.PropertyName}", failure.ErrorMessage);
        }

        foreach (var (name, sender) in settings.Mllp.Senders)
            if (!sender.Addresses.TrueForAll(BeNetwork)) context.AddFailure($"Mllp.Senders.{name}.Addresses", NoAddress);
    }

    private static void CheckKeepers(EngineSettings settings, ValidationContext<EngineSettings> context)
    {
        foreach (var (title, station) in settings.Dicom.Stations.Where(static one => one.Value.KeptBy.Length > 0))
        {
            if (!settings.Archives.ContainsKey(station.KeptBy))
                context.AddFailure(
                    $"Dicom.Stations.{title}.KeptBy",
                    $"'{station.KeptBy}' is not known. | Say below Archives:{station.KeptBy} where it is.");
            if (settings.Dicom.ForwardsOf(title).Any())
                context.AddFailure(
                    $"Dicom.Stations.{title}.KeptBy",
                    "cannot be, as what it sends is to be forwarded. | Leave it empty, or set ForwardTo of the station to none.");
        }
    }

    private static void CheckForwarding(string key, string titles, EngineSettings settings, ValidationContext<EngineSettings> context)
    {
        foreach (var title in DicomSettings.TitlesOf(titles).Where(title => !settings.Dicom.Destinations.ContainsKey(title)))
            context.AddFailure(key, $"'{title}' is not known. | Say below Dicom:Destinations:{title} where it is.");
    }

    /// <summary>Loopback, or something that says who may come; an address that is none is told elsewhere.</summary>
    private static bool IsGuarded(MllpListenerSettings listener, EngineSettings settings) =>
        !BeAddress(listener.BindAddress) || IsLoopback(listener.BindAddress) || settings.Mllp.Senders.Count > 0
            || listener.Tls?.ClientCertificate == "required";

    /// <summary>
    /// The answer to a repeated message is read from the journal: it stays at least as long as identities are remembered.
    /// </summary>
    private const string RetentionMessage = "'{PropertyValue}' is less than 31 days. | Give 31.00:00:00 or more, or 0 to keep everything.";

    private static bool BeRetention(TimeSpan keep) => keep == TimeSpan.Zero || keep >= DatabaseSettings.IdentitiesKept;

    internal const string CharacterSetMessage =
        "'{PropertyValue}' is not a Specific Character Set of DICOM. | Use defined terms of PS3.3 C.12.1.1.2 such as ISO_IR 192 or "
            + "ISO_IR 100, with '\\' between several.";

    internal const string AeTitleMessage =
        "'{PropertyValue}' is not an AE title. | Use 1 to 16 printable ASCII characters without backslash.";

    internal const string AddressMessage = "'{PropertyValue}' is not an IP address. | Give one such as 127.0.0.1, ::1 or 0.0.0.0.";

    internal static bool BeAddress(string text) => IPAddress.TryParse(text, out _);

    internal static bool IsLoopback(string text) => IPAddress.TryParse(text, out var address) && IPAddress.IsLoopback(address);

    private static bool BeNetwork(string text) => IPNetwork.TryParse(text, out _) || IPAddress.TryParse(text, out _);

    private static bool BeConnectionString(string text)
    {
        try
        {
            return text.Length == 0 || new NpgsqlConnectionStringBuilder(text) is { Host.Length: > 0, Port: > 0 and <= 65535 };
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return false;
        }
    }

    internal static bool BeDicomCharacterSet(string terms) => SpecificCharacterSet.Parse(terms.Split('\\')).UnknownTerm is null;

    private static bool BeTimeZone(string name) => name.Length == 0 || TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);

    internal static bool BeAeTitle(string title) =>
        title.Trim().Length is > 0 and <= 16 && title.All(c => c is >= ' ' and <= '~' and not '\\');
}

internal sealed class PortValidator : AbstractValidator<int>
{
    public PortValidator() => RuleFor(p => p).InclusiveBetween(0, 65535).OverridePropertyName("")
        .WithMessage("'{PropertyValue}' is not a port. | Give 1 to 65535 (0 = any free one).");
}
