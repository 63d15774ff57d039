using CloudPacs.Archive;
using CloudPacs.Settings;

namespace CloudPacs.Integration.Hosting;

/// <summary>Where the settings say that the bytes of instances are kept.</summary>
internal static class ArchivePlace
{
    public static ArchiveOptions Of(EngineSettings settings)
    {
        var kept = settings.Archive;
        return new ArchiveOptions
        {
            Folder = kept.Folder.Length > 0 ? kept.Folder : Path.Combine(settings.Data, "archive"),
            ReserveBytes = kept.ReserveBytes,
            KeyRingFile = Given(kept.KeyRingFile),
            ObjectStore = kept.ObjectStore.Bucket.Length > 0 ? StoreOf(kept.ObjectStore) : null,
        };
    }

    private static ObjectStoreOptions StoreOf(ObjectStoreSettings store) => new()
    {
        Bucket = store.Bucket,
        Prefix = store.Prefix,
        Service = store.Service.Length > 0 ? new Uri(store.Service) : null,
        Region = store.Region,
        AccessKey = Given(store.AccessKey),
        SecretKey = Given(store.SecretKey),
        ServerSideEncryption = Given(store.ServerSideEncryption),
        ServerSideEncryptionKeyId = Given(store.ServerSideEncryptionKeyId),
        AnswerWhen = store.AnswerWhenThere ? Durability.There : Durability.Here,
        Patience = store.Patience,
        KeepHereBytes = store.KeepHereBytes,
        CacheBytes = store.CacheBytes,
    };

    private static string? Given(string text) => text.Length > 0 ? text : null;
}
