using FluentValidation;

namespace CloudPacs.Settings;

/// <summary>Every rule on the settings of an object store.</summary>
internal sealed class ObjectStoreValidator : AbstractValidator<ObjectStoreSettings>
{
    public ObjectStoreValidator()
    {
        RuleFor(s => s.Bucket).NotEmpty().When(static s => s.Service.Length > 0 || s.AccessKey.Length > 0 || s.AnswerWhenThere)
            .WithMessage("is empty. | Give the bucket that packs go to.");
        RuleFor(s => s.Service).Must(static service => service.Length == 0 || IsAddress(service))
            .WithMessage(
                "'{PropertyValue}' is no address of a service. | Write https://s3.hospital.test, or leave it empty for Amazon's.");
        RuleFor(s => s.SecretKey).Must(static (s, secret) => secret.Length > 0 == s.AccessKey.Length > 0)
            .WithMessage("goes with AccessKey. | Give both, or none for the credentials of the environment.");
        RuleFor(s => s.ServerSideEncryption).Must(static kind => kind is "" or "AES256" or "aws:kms")
            .WithMessage("'{PropertyValue}' is no encryption of a service. | Give AES256, aws:kms, or leave it empty.");
        RuleFor(s => s.Patience).InclusiveBetween(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10))
            .WithMessage("'{PropertyValue}' is out of range. | Give 00:00:01 to 00:10:00.");
        RuleFor(s => s.KeepHereBytes).GreaterThanOrEqualTo(0)
            .WithMessage("'{PropertyValue}' is negative. | Give how many bytes of packs stay here.");
        RuleFor(s => s.CacheBytes).GreaterThanOrEqualTo(0)
            .WithMessage("'{PropertyValue}' is negative. | Give how many bytes that were read back are kept.");
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
