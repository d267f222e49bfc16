BeforeDiscovery {
    # The program starts a broker of its own on loopback; where it can't, there is nothing to test against.
    $program = Get-Item ([System.IO.Path]::GetFullPath("$PSScriptRoot/../BatchOps.Broker/bin/Release/*/BatchOps.Broker.dll")) -ErrorAction Ignore | Select-Object -First 1
    $installed = @(Get-Item '/usr/lib/rabbitmq/lib/rabbitmq_server-*', '/opt/homebrew/opt/rabbitmq/sbin', '/usr/local/opt/rabbitmq/sbin' -ErrorAction Ignore)
    $missing = if ($IsWindows -or -not $installed) { 'there is no RabbitMQ on this machine' } elseif (-not $program) { 'tests/BatchOps.Broker is not built' }
}

BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    $ErrorActionPreference = 'Continue'
    $key = ConvertTo-SecureString -AsPlainText 'a key of the tests that is long enough to sign with'
    $nowhere = [uri] 'amqp://127.0.0.1:1'
    $credential = [pscredential]::new('tester', (ConvertTo-SecureString -AsPlainText 'secret'))
    $before = @{}
    foreach ($name in 'BATCHOPS_BROKER', 'BATCHOPS_BROKER_USER', 'BATCHOPS_BROKER_PASSWORD', 'BATCHOPS_SIGNING_KEY', 'XDG_DATA_HOME') {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $null)
    }

    # Where runs without -Journal keep theirs.
    $env:XDG_DATA_HOME = "$TestDrive"
}

AfterAll {
    foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
}

Describe 'Invoke-ConcurrentBatch -Command' {
    BeforeAll {
        function Add-Number { param([Parameter(ValueFromPipeline)] [int] $Value, [int] $By = 1) process { $Value + $By } }
        filter Measure-Item { @($_).Count }
    }

    It 'pipes each item to a command of that name, with its parameters' {
        1..3 | Invoke-ConcurrentBatch -Command Add-Number -CommandParameter @{ By = 100 } -Ordered | Should -Be 101, 102, 103
        '2020-05-06' | Invoke-ConcurrentBatch -Command Get-Date -CommandParameter @{ Format = 'yyyy/MM' } | Should -Be '2020/05'
    }

    It 'pipes a list in one piece' {
        , @(1, 2, 3) | Invoke-ConcurrentBatch -Command Measure-Item | Should -Be 3
    }

    It 'takes a command of a module with the module' {
        Set-Content "$TestDrive/Twice.psm1" 'function Get-Twice { process { 2 * (Get-Hidden) } } function Get-Hidden { 21 } Export-ModuleMember Get-Twice'
        Import-Module "$TestDrive/Twice.psm1"
        try { 1 | Invoke-ConcurrentBatch -Command Get-Twice | Should -Be 42 }
        finally { Remove-Module Twice }
    }

    It 'refuses a name that nothing has, and a script block among the parameters' {
        { 1 | Invoke-ConcurrentBatch -Command No-SuchThing } | Should -Throw -ErrorId 'CommandNotFound,*'
        { 1 | Invoke-ConcurrentBatch -Command Add-Number -CommandParameter @{ By = { 1 } } } | Should -Throw -ErrorId 'ScriptBlockNotAllowed,*'
    }
}

Describe 'Parameters of a broker' {
    It 'ask for what is given nowhere: <Id>' -ForEach @(
        @{ Id = 'BrokerRequired'; Call = { Get-BatchWorker -Credential $credential -SigningKey $key } }
        @{ Id = 'BrokerRequired'; Call = { 1 | Invoke-ConcurrentBatch { } -SigningKey $key } }
        @{ Id = 'BrokerCredentialRequired'; Call = { Install-BatchBroker -Broker $nowhere } }
        @{ Id = 'SigningKeyRequired'; Call = { 1 | Invoke-ConcurrentBatch { } -Broker $nowhere -Credential $credential } }
        @{ Id = 'SigningKeyRequired'; Call = { Start-BatchWorker -Broker $nowhere -Credential $credential -AllowScriptBlock } }
        @{ Id = 'WorkerAllowsNothing'; Call = { Start-BatchWorker -Broker $nowhere -Credential $credential -SigningKey $key } }
        @{ Id = 'CommandNotFound'; Call = { Start-BatchWorker -Broker $nowhere -Credential $credential -SigningKey $key -AllowCommand No-SuchThing } }
    ) {
        $Call | Should -Throw -ErrorId "$Id,*"
    }

    It 'come from the environment too' {
        $env:BATCHOPS_BROKER, $env:BATCHOPS_BROKER_USER, $env:BATCHOPS_BROKER_PASSWORD, $env:BATCHOPS_SIGNING_KEY = "$nowhere", 'tester', 'secret', 'x' * 40
        try { { Get-BatchWorker } | Should -Throw -ErrorId 'BrokerUnreachable,*' }
        finally { $env:BATCHOPS_BROKER = $env:BATCHOPS_BROKER_USER = $env:BATCHOPS_BROKER_PASSWORD = $env:BATCHOPS_SIGNING_KEY = $null }
    }

    It 'refuse what can not work before anything starts: <Id>' -ForEach @(
        @{ Id = 'BrokerUnreachable'; More = @{} }
        @{ Id = 'AttemptTimeoutTooLong'; More = @{ AttemptTimeoutSeconds = 1795 } }
        @{ Id = 'BatchOptionsInvalid'; More = @{ Broker = [uri] 'amqp://user:password@127.0.0.1' } }
        @{ Id = 'BatchOptionsInvalid'; More = @{ SigningKey = ConvertTo-SecureString -AsPlainText 'short' } }
    ) {
        $broker = @{ Broker = $nowhere; Credential = $credential; SigningKey = $key }
        foreach ($name in $More.Keys) { $broker[$name] = $More[$name] }
        $thrown = { 1 | Invoke-ConcurrentBatch { } @broker } | Should -Throw -ErrorId "$Id,*" -PassThru
        "$thrown" | Should -Not -Match 'secret|password@'
    }

    It 'refuse what can not travel, by name: <What>' -ForEach @(
        @{ What = '$using:credential'; Id = 'SecretCannotTravel'; Call = { 1 | Invoke-ConcurrentBatch { $using:credential } @broker } }
        @{ What = '-Variable stream'; Id = 'ValueCannotTravel'; Call = { 1 | Invoke-ConcurrentBatch { $stream } -Variable @{ stream = [System.IO.MemoryStream]::new() } @broker } }
        @{ What = '-CommandParameter'; Id = 'ValueCannotTravel'; Call = { 1 | Invoke-ConcurrentBatch -Command Get-Date -CommandParameter @{ Inner = @{ Deep = $credential } } @broker } }
    ) {
        $broker = @{ Broker = $nowhere; Credential = $credential; SigningKey = $key }
        $thrown = $Call | Should -Throw -ErrorId "$Id,*" -PassThru
        "$thrown" | Should -BeLike "*$What*"
    }

    It 'are looked at by Test-BatchEnvironment, which connects nowhere without' {
        (Test-BatchEnvironment).Name | Where-Object { $_ -like 'Broker*' } | Should -BeNullOrEmpty
        $check = Test-BatchEnvironment -Broker $nowhere -Credential $credential | Where-Object Name -Like 'Broker*'
        $check.Ok | Should -BeFalse
        $check.Remedy | Should -BeLike '*No broker answers*'
    }

    It 'need no assembly of the broker at import' {
        $names = Invoke-Fresh { [AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { $_.GetName().Name } }
        $names | Should -Contain 'BatchOps'
        $names | Should -Not -Contain 'BatchOps.Distributed'
        $names | Should -Not -Contain 'RabbitMQ.Client'
    }
}

Describe 'A run on workers' -Skip:([bool] $missing) {
    BeforeAll {
        $program = Get-Item ([System.IO.Path]::GetFullPath("$PSScriptRoot/../BatchOps.Broker/bin/Release/*/BatchOps.Broker.dll")) | Select-Object -First 1
        $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet', [string[]] $program.FullName)
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $brokerProcess = [System.Diagnostics.Process]::Start($start)
        $line = $brokerProcess.StandardOutput.ReadLineAsync()
        if (-not $line.Wait([timespan]::FromSeconds(60))) { throw 'The broker did not start.' }
        $local = $line.Result | ConvertFrom-Json
        $access = @{ Broker = [uri] $local.uri; Credential = [pscredential]::new($local.user, (ConvertTo-SecureString -AsPlainText $local.password)) }
        $signed = $access + @{ SigningKey = $key }
        $installed = Install-BatchBroker @access -Partitions 4 -ResultQueues 4

        $started = [System.Collections.Generic.List[System.Diagnostics.Process]]::new()

        # A worker in a process of its own, told by its environment as a service would be.
        function Start-Worker([string] $Name, [string] $Arguments = '-AllowScriptBlock -AllowCommand Get-Date, Add-Suffix, Invoke-PdfExtract') {
            $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
            $start.RedirectStandardOutput = $start.RedirectStandardError = $true
            $start.Environment['BATCHOPS_BROKER'] = $local.uri
            $start.Environment['BATCHOPS_BROKER_USER'] = $local.user
            $start.Environment['BATCHOPS_BROKER_PASSWORD'] = $local.password
            $start.Environment['BATCHOPS_SIGNING_KEY'] = 'a key of the tests that is long enough to sign with'
            $script = "Import-Module '$([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1"))'; filter Add-Suffix(`$Suffix) { `"`$_`$Suffix`" }; Start-BatchWorker -Name $Name -ThrottleLimit 4 $Arguments -InformationAction Continue; 'it returned'"
            foreach ($argument in '-NoProfile', '-NonInteractive', '-Command', $script) { $start.ArgumentList.Add($argument) }
            $started.Add([System.Diagnostics.Process]::Start($start))
            $started[-1]
        }

        function Wait-Worker([string] $Name) { Wait-Condition { (Get-BatchWorker @signed -TimeoutSeconds 0.2).Name -contains $Name } -What "the worker $Name" }

        $worker = Start-Worker first
        Wait-Worker first
    }

    AfterAll {
        foreach ($process in $started.Where{ -not $_.HasExited }) {
            $process.Kill($true)
            $null = $process.WaitForExit(30000)
        }
        if ($brokerProcess) {
            $brokerProcess.StandardInput.Close()
            $null = $brokerProcess.WaitForExit(30000)
        }
    }

    It 'has queues that Install-BatchBroker declared, which Test-BatchEnvironment finds' {
        $installed.Partitions, $installed.ResultQueues | Should -Be 4, 4
        $checks = Test-BatchEnvironment @signed | Where-Object Name -Like 'Broker*'
        $checks | Where-Object -Not Ok | Should -BeNullOrEmpty
        $checks | Should -HaveCount 5
        { Install-BatchBroker @access -Partitions 5 } | Should -Throw -ErrorId 'BrokerTopologyDiffers,*'
        (Test-BatchEnvironment -Broker $access.Broker -Credential $credential | Where-Object Name -EQ 'Broker access').Ok | Should -BeFalse
    }

    It 'gives the block its item, its values, functions and place, elsewhere' {
        function Get-Place { "at $args" }
        $factor = 10
        $seen = 1..3 | Invoke-ConcurrentBatch {
            [pscustomobject] @{ Product = $_ * $using:factor; Extra = $extra; Place = Get-Place $_; Process = $PID; Index = $BatchItem.Index; Attempt = $BatchItem.Attempt; Key = $BatchItem.Key; Identity = $BatchItem.IdempotencyKey; Culture = [cultureinfo]::CurrentCulture.Name; Root = $PSScriptRoot }
        } @signed -Function Get-Place -Variable @{ extra = @{ a = 1 } } -Ordered -Name places -SummaryVariable summary
        $seen.Product | Should -Be 10, 20, 30
        $seen[0].Extra.a | Should -Be 1
        $seen.Place | Should -Be 'at 1', 'at 2', 'at 3'
        $seen.Process | Select-Object -Unique | Should -Be $worker.Id
        $seen.Index | Should -Be 0, 1, 2
        $seen.Attempt | Should -Be 1, 1, 1
        $seen.Root | Select-Object -Unique | Should -Be $PSScriptRoot
        $here = 1..3 | Invoke-ConcurrentBatch { $BatchItem.Key; $BatchItem.IdempotencyKey; [cultureinfo]::CurrentCulture.Name } -Ordered -Name places -Journal "$TestDrive/places.db"
        $seen | ForEach-Object { $_.Key; $_.Identity; $_.Culture } | Should -Be $here
        $summary.Succeeded, $summary.Committed | Should -Be 3, 3
    }

    It 'reports failures and records as a run here does' {
        $block = {
            switch ($_) {
                1 { throw "no $_" }
                2 { Get-Item /nonexistent -ErrorAction Stop }
                3 { [System.IO.File]::ReadAllText('/nonexistent') }
                4 { Write-Error "soft $_"; 'out' }
                5 { Read-Host x }
                6 { exit 3 }
                7 { Write-Host hi -ForegroundColor Red; Write-Information @{ a = 1 } -Tags t; Write-Verbose v -Verbose; Write-Warning w; 'x' }
            }
        }
        $runs = foreach ($where in @{}, $signed) {
            $output = 1..7 | Invoke-ConcurrentBatch $block @where -Ordered -ErrorAction SilentlyContinue -ErrorVariable failures -WarningVariable warnings -InformationVariable information 4>&1 6>$null 3>$null
            @{
                Output = @($output | ForEach-Object { "$_" })
                Words  = @($warnings + $information | ForEach-Object { "$_" })
                Errors = @(foreach ($failure in $failures) {
                        $original = $failure.Exception.ItemError
                        "$failure", $failure.FullyQualifiedErrorId, "$($failure.CategoryInfo)", $failure.InvocationInfo.ScriptLineNumber, $original.FullyQualifiedErrorId, $original.ScriptStackTrace, "$($failure.TargetObject)", "$($failure.Exception.InnerException?.GetType())"
                    })
            }
        }
        $runs[0].Errors.Count | Should -Be (6 * 8)
        $runs[1].Errors | Should -Be $runs[0].Errors
        $runs[1].Output | Should -Be $runs[0].Output
        $runs[1].Words | Should -Be $runs[0].Words
    }

    It 'fails an item that can not travel, says how it could, and goes on with the others' {
        $output = 1, (Get-Item $TestDrive), 3 | Invoke-ConcurrentBatch { $_ } @signed -Key { "$_" } -Ordered -ErrorVariable failures -ErrorAction SilentlyContinue
        $output | Should -Be 1, 3
        "$failures" | Should -BeLike "*can't be sent to workers*a path*"
    }

    It 'redacts secrets in errors' {
        $null = 1 | Invoke-ConcurrentBatch { throw 'the call with password=canary-4711 failed' } @signed -ErrorVariable failures -ErrorAction SilentlyContinue
        "$failures" | Should -Match 'password=<secret>'
    }

    It 'runs a command that the worker allows, and no other' {
        'a', 'b' | Invoke-ConcurrentBatch -Command Add-Suffix -CommandParameter @{ Suffix = '!' } @signed -Ordered | Should -Be 'a!', 'b!'
        $null = 1 | Invoke-ConcurrentBatch -Command Get-Process @signed -ErrorVariable failures -ErrorAction SilentlyContinue
        "$failures" | Should -BeLike "*does not allow the command 'Get-Process'*"
    }

    It 'runs the module''s own commands, whose objects come as their properties' -Skip:(-not (Get-Command pdftotext -CommandType Application -ErrorAction Ignore)) {
        Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../examples/SmallPdf.psm1"))
        Export-SmallPdf "$TestDrive/two.pdf" 'First', 'Second'
        $pages = "$TestDrive/two.pdf" | Invoke-ConcurrentBatch -Command Invoke-PdfExtract -CommandParameter @{ Ordered = $true; Ocr = 'Never' } @signed
        $pages.PageNumber | Should -Be 1, 2
        $pages.Text.Trim() | Should -Be 'First', 'Second'
    }

    It 'retries at the submitter, and asks -RetryWhen: <Name>' -ForEach @(
        @{ Name = 'of a block'; Call = { 1..2 | Invoke-ConcurrentBatch { if ($BatchItem.Attempt -lt 3) { throw 'again' }; "$_ $($BatchItem.Attempt)" } -RetryWhen { if ("$_" -eq 'again') { 'Retry' } else { 'Fail' } } -RetryCount 5 -RetryDelaySeconds 0.01 -Ordered @signed }; Expected = '1 3', '2 3' }
        @{ Name = 'of a command'; Call = { (1 | Invoke-ConcurrentBatch -Command Get-Date -CommandParameter @{ Date = 'no date' } -RetryWhen { 'Retry' } -RetryCount 2 -RetryDelaySeconds 0.01 -AsResult @signed).Attempts }; Expected = 3 }
    ) {
        & $Call | Should -Be $Expected
    }

    It 'lets nothing happen with -WhatIf' {
        Set-Content "$TestDrive/kept" x
        function Remove-Kept { [CmdletBinding(SupportsShouldProcess)] param($Path) 1 | Invoke-ConcurrentBatch { Remove-Item $using:Path } @signed }
        Remove-Kept "$TestDrive/kept" -WhatIf 6>$null
        "$TestDrive/kept" | Should -Exist
    }

    It 'ends what takes too long, at the worker too' {
        $result = 1 | Invoke-ConcurrentBatch { Start-Sleep 60 } @signed -AttemptTimeoutSeconds 1 -AsResult
        $result.Status, $result.Reason | Should -Be 'TimedOut', 'AttemptTimeout'
        Wait-Condition { (Get-BatchWorker @signed -TimeoutSeconds 0.2).AtWork -eq 0 } -What 'the worker to be idle'
    }

    It 'shows in Get-BatchWorker what a worker does' {
        Set-Content "$TestDrive/gate" x
        $job = 1 | Invoke-ConcurrentBatch { while (Test-Path $using:TestDrive/gate) { Start-Sleep -Milliseconds 20 } } @signed -Key { 'the key' } -AsJob
        try {
            Wait-Condition { (Get-BatchWorker @signed -TimeoutSeconds 0.2).Items.Seconds } -What 'the item to be at work'
            $found = Get-BatchWorker @signed -TimeoutSeconds 2
            $found.Name, $found.ProcessId, $found.ThrottleLimit, $found.AtWork, $found.Draining | Should -Be 'first', $worker.Id, 4, 1, $false
            $found.Items.Key | Should -BeLike '*the key'
        }
        finally { Remove-Item "$TestDrive/gate" }
        $job | Wait-Job | Remove-Job
    }

    It 'is journalled in a file of the user''s own, from which the same command goes on' {
        $call = { 1..4 | Invoke-ConcurrentBatch { if ($_ -eq 3 -and -not (Test-Path $using:TestDrive/mended)) { throw 'not yet' }; [System.IO.File]::AppendAllText("$using:TestDrive/ran", "$_ "); $_ } @signed -Name resumed -Ordered -ErrorAction SilentlyContinue @args }
        & $call | Should -Be 1, 2, 4
        Set-Content "$TestDrive/mended" x
        & $call -Resume | Should -Be 1, 2, 3, 4
        (Get-Content "$TestDrive/ran").Trim() -split ' ' | Sort-Object | Should -Be 1, 2, 3, 4
        $journal = Get-Item "$env:XDG_DATA_HOME/BatchOps/journal.db"
        $journal.UnixMode | Should -Be '-rw-------'
        (Get-Item $journal.DirectoryName).UnixMode | Should -Be 'drwx------'
    }

    It 'runs an item that kills its worker alone in the end, and blames no other' {
        # The worker's service manager, for as long as items kill it.
        $second = Start-Worker second
        Wait-Worker second
        $job = 1..6 | Invoke-ConcurrentBatch { if ($_ -eq 3) { [Environment]::Exit(7) }; [System.Threading.Thread]::Sleep(50); $_ } @signed -AsJob -AsResult
        try {
            while (-not $job.Finished.WaitOne(200)) {
                if ($worker.HasExited) { $worker = Start-Worker first }
                if ($second.HasExited) { $second = Start-Worker second }
            }

            $results = $job | Receive-Job | Sort-Object Index
            $results.Status | Should -Be 'Succeeded', 'Succeeded', 'Failed', 'Succeeded', 'Succeeded', 'Succeeded'
            $results[2].Error.Exception.ItemError.FullyQualifiedErrorId | Should -Be 'BatchWorkerDied'
            "$($results[2].Error)" | Should -BeLike '*alone in a process of its own, which ended with exit code 7*'
        }
        finally {
            if (-not $second.HasExited) { $second.Kill($true) }
            if ($worker.HasExited) { $worker = Start-Worker first }
            Set-Variable worker $worker -Scope 1
            Wait-Worker first
            $job | Remove-Job -Force
        }
    }

    It 'drains a worker that is told to end, which then ends well' {
        $leaving = Start-Worker leaving -Arguments '-AllowScriptBlock'
        Wait-Worker leaving
        & kill -TERM $leaving.Id
        $leaving.WaitForExit(30000) | Should -BeTrue
        $leaving.ExitCode | Should -Be 0
        $leaving.StandardOutput.ReadToEnd() | Should -BeLike "*Worker 'leaving' (process $($leaving.Id) *it returned*"
    }
}

Describe 'DistributedBatch' -Skip:([bool] $missing) {
    It 'runs all items, though a worker of two is killed half-way' {
        $example = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../examples/DistributedBatch.ps1")
        $written = & $example -Count 24 -JournalPath "$TestDrive/distributed.db" 6>&1

        $items = @($written | Where-Object { $_ -isnot [System.Management.Automation.InformationRecord] })
        @($items.Id | Sort-Object) | Should -Be @(1..24)
        $items.Where{ $_.Id -eq 7 }.Name | Should -BeExactly 'CUSTOMER-7'
        "$written" | Should -Match '24 of 24 items in .*, by 2 processes; \d+ was killed after 12'
    }
}
