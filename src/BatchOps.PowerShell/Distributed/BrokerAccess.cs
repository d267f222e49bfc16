using System.Management.Automation;
using System.Net;
using System.Security;
using BatchOps.Distributed;

namespace BatchOps.PowerShell.Distributed;

/// <summary>Which broker, who asks, and the key that messages are signed with: as given, else from the environment.</summary>
internal static class BrokerAccess
{
    public const string AddressVariable = "BATCHOPS_BROKER";
    public const string UserVariable = "BATCHOPS_BROKER_USER";
    public const string PasswordVariable = "BATCHOPS_BROKER_PASSWORD";
    public const string SigningKeyVariable = "BATCHOPS_SIGNING_KEY";

    private const string MakeKey = "[Convert]::ToBase64String([Security.Cryptography.RandomNumberGenerator]::GetBytes(32))";

    /// <summary>The broker and its user.</summary>
    /// <param name="address">As given; null for the environment's.</param>
    /// <param name="credential">As given; null for the environment's.</param>
    /// <exception cref="BatchArgumentException">Something is given nowhere.</exception>
    public static BrokerOptions Options(Uri? address, PSCredential? credential)
    {
        var user = credential?.GetNetworkCredential() ?? FromEnvironment();
        return new BrokerOptions { Address = address ?? AddressFromEnvironment(), UserName = user.UserName, Password = user.Password };
    }

    /// <summary>What signs messages.</summary>
    /// <param name="key">As given; null for the environment's.</param>
    /// <exception cref="BatchArgumentException">It is given nowhere.</exception>
    public static MessageSigner Signer(SecureString? key)
    {
        var text = key is null ? Environment.GetEnvironmentVariable(SigningKeyVariable) : new NetworkCredential(string.Empty, key).Password;
        return !string.IsNullOrEmpty(text) ? new MessageSigner(text)
            : throw new BatchArgumentException("SigningKeyRequired", $"There is no key to sign messages with: workers run only what is signed with the key that they share with submitters. Give the same one to all with -SigningKey, or in the environment variable {SigningKeyVariable}; '{MakeKey}' makes one.", target: null);
    }

    private static Uri AddressFromEnvironment() => Environment.GetEnvironmentVariable(AddressVariable) switch
    {
        null or "" => throw new BatchArgumentException("BrokerRequired", $"No broker is named. Give its address with -Broker, such as amqps://rabbit.example.org/batches, or in the environment variable {AddressVariable}.", target: null),
        var text => Uri.TryCreate(text, UriKind.Absolute, out var address) ? address
            : throw new BatchArgumentException("PreferenceInvalid", $"The environment variable {AddressVariable} holds no address such as amqps://rabbit.example.org/batches.", target: null),
    };

    private static NetworkCredential FromEnvironment()
    {
        var user = Environment.GetEnvironmentVariable(UserVariable);
        var password = Environment.GetEnvironmentVariable(PasswordVariable);
        return !string.IsNullOrEmpty(user) && !string.IsNullOrEmpty(password) ? new NetworkCredential(user, password)
            : throw new BatchArgumentException("BrokerCredentialRequired", $"Nobody is named who may use the broker. Give its user with -Credential, or in the environment variables {UserVariable} and {PasswordVariable}.", target: null);
    }
}
