using CloudPacs.Hl7v2;
using FluentValidation;

namespace CloudPacs.Settings;

/// <summary>Rules on the values of one MLLP port.</summary>
internal sealed class MllpListenerValidator : AbstractValidator<MllpListenerSettings>
{
    private static readonly string[] AckModes = ["auto", "original", "commit", "enhanced"];

    public MllpListenerValidator()
    {
        RuleFor(l => l.Port).SetValidator(new PortValidator());
        RuleFor(l => l.BindAddress).Must(EngineSettingsValidator.BeAddress).WithMessage(EngineSettingsValidator.AddressMessage);
        RuleFor(l => l.AckMode)
            .Must(m => AckModes.Contains(m))
            .WithMessage("'{PropertyValue}' is not an acknowledgement mode. | Use auto, original, commit or enhanced.");
        RuleFor(l => l.MaxFrameBytes)
            .InclusiveBetween(1024, 512 * 1024 * 1024)
            .WithMessage("'{PropertyValue}' is out of range. | Give 1024 to 536870912 bytes.");
        RuleFor(l => l.EndPause)
            .InclusiveBetween(TimeSpan.Zero, TimeSpan.FromSeconds(30))
            .WithMessage("'{PropertyValue}' is out of range. | Give 00:00:00 (off) to 00:00:30.");
        RuleFor(l => l.MaxConnections)
            .InclusiveBetween(1, 100_000)
            .WithMessage("'{PropertyValue}' is out of range. | Give 1 to 100000 connections.");
        RuleFor(l => l.MaxInFlight)
            .InclusiveBetween(1, 10_000)
            .WithMessage("'{PropertyValue}' is out of range. | Give 1 to 10000 messages.");
        RuleFor(l => l.DefaultCharacterSet).Must(ParseOptions.IsCharacterSet)
            .WithMessage(
                "'{PropertyValue}' is not a character set of HL7 table 0211. | Use a term such as 8859/1, UNICODE UTF-8 or GB 18030-2000.");
        RuleFor(l => l.Tls!).SetValidator(new TlsValidator()).When(l => l.Tls is not null);
    }
}

/// <summary>Rules on the TLS settings of a port; the files themselves are read when it opens.</summary>
internal sealed class TlsValidator : AbstractValidator<TlsSettings>
{
    private static readonly string[] ClientCertificateModes = ["none", "optional", "required"];

    public TlsValidator()
    {
        RuleFor(t => t.CertificateFile).NotEmpty().WithMessage("is empty. | Give the PEM file of the listener's certificate.");
        RuleFor(t => t.ClientCertificate)
            .Must(m => ClientCertificateModes.Contains(m))
            .WithMessage("'{PropertyValue}' is not known. | Use none, optional or required.");
    }
}
