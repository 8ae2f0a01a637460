import { Link, Links, Meta, Outlet, Scripts } from 'react-router';

export default function Root() {
    return (
        <html lang="en">
            <head>
                <meta charSet="utf-8" />
                <title>Today</title>
                <link rel="icon" href="data:," />
                <Meta />
                <Links />
            </head>
            <body>
                <header><Link to="/">Today</Link></header>
                <Outlet />
                <Scripts />
            </body>
        </html>
    );
}
