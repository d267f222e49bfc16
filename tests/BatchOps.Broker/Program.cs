using System.Text.Json;
using BatchOps.Broker;

// A broker for whoever can't reference this project: one JSON line with its address, user and password as soon as it takes
// connections, then it runs until standard input ends. Exit code 2 and the reason on standard error where none can be started.
if (LocalBroker.Missing is { } missing)
{
    await Console.Error.WriteLineAsync(missing);
    return 2;
}

await using var broker = await LocalBroker.StartNewAsync(CancellationToken.None);
Console.WriteLine(JsonSerializer.Serialize(new { uri = broker.Address, tlsUri = broker.TlsAddress, certificate = broker.CertificatePath, user = broker.UserName, password = broker.Password, processId = broker.ProcessId }));
await Console.In.ReadToEndAsync();
return 0;
