<?php

// Sets WordPress up and writes its posts; prints their numbers by name, as JSON.
//
//   php wordpress.php DIR

$_SERVER += ['HTTP_HOST' => 'news.example', 'SERVER_NAME' => 'news.example',
    'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1',
    'REQUEST_URI' => '/', 'REMOTE_ADDR' => '127.0.0.1'];

define('WP_INSTALLING', true);

ob_start();
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/post.php';

// No mail is sent.

function wp_mail()
{
    return true;
}

wp_install('News', 'editor', 'editor@news.example', true, '', 'edits');
wp_insert_user(['user_login' => 'ada', 'user_pass' => 'reads',
    'user_email' => 'ada@news.example', 'role' => 'subscriber']);
wp_insert_user(['user_login' => 'bob', 'user_pass' => 'looks',
    'user_email' => 'bob@news.example', 'role' => 'subscriber']);

update_option('permalink_structure', '/%postname%/');
update_option('posts_per_page', 20);
update_option('rss_use_excerpt', 0);
update_option('comment_moderation', 0);
update_option('comment_previously_approved', 0);
update_option('default_comment_status', 'open');
flush_rewrite_rules(false);
switch_theme('classic');

// Twelve paragraphs, of which each says whose it is.

function paragraphs($name, $from = 1, $to = 12)
{
    $text = [];

    foreach (range($from, $to) as $i) {
        $text[] = "<!-- wp:paragraph -->\n<p>Text $name $i: the lamp was lit as "
            . "every evening, and nobody asked why.</p>\n<!-- /wp:paragraph -->";
    }

    return implode("\n\n", $text);
}

function post($name, $tags, $content, $more = [])
{
    $id = wp_insert_post($more + ['post_title' => "Title $name",
        'post_name' => $name, 'post_status' => 'publish', 'post_author' => 1,
        'post_category' => [1], 'tags_input' => $tags,
        'post_content' => $content], true);

    if (is_wp_error($id)) {
        fwrite(STDERR, $id->get_error_message() . "\n");
        exit(1);
    }

    return $id;
}

$posts = [];

foreach (range(1, 10) as $i) {
    $posts["metered$i"] = post("metered$i", ['metered'],
        paragraphs("metered$i"));
}

$posts['metered-parts'] = post('metered-parts', ['metered'],
    paragraphs('metered-parts', 1, 6)
    . "\n\n<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->\n\n"
    . paragraphs('metered-parts', 7, 12));

$posts['free'] = post('free', ['open'], paragraphs('free'));
$posts['locked'] = post('locked', ['members'], paragraphs('locked'));
$posts['more'] = post('more', ['members'], paragraphs('more', 1, 1)
    . "\n\n<!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->\n\n"
    . paragraphs('more', 2, 12));
$posts['pages'] = post('pages', ['members'], paragraphs('pages', 1, 6)
    . "\n\n<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->\n\n"
    . paragraphs('pages', 7, 12));
$posts['excerpt'] = post('excerpt', ['members'], paragraphs('excerpt'),
    ['post_excerpt' => 'Said by hand.']);
$posts['plain'] = post('plain', ['members'],
    "Text plain 1 has no markup\n\nText plain 2 and more\n\nText plain 3\n\n"
    . "Text plain 4 again\n\nText plain 5 to the end.");
$posts['shortcode'] = post('shortcode', ['members'], paragraphs('shortcode')
    . "\n\n[gallery ids=\"1\"]");
$posts['draft'] = post('draft', ['members'], paragraphs('draft'),
    ['post_status' => 'draft']);

foreach (['free', 'locked'] as $name) {
    wp_insert_comment(['comment_post_ID' => $posts[$name],
        'comment_author' => 'Cleo', 'comment_content' => "Comment on $name",
        'comment_approved' => 1]);
}

// A front page by blocks, which shows the latest posts.

$posts['latest'] = wp_insert_post(['post_type' => 'page', 'post_name' => 'latest',
    'post_title' => 'Latest', 'post_status' => 'publish', 'post_author' => 1,
    'post_content' => '<!-- wp:latest-posts {"postsToShow":20,'
        . '"displayPostContent":true,"displayPostContentRadio":"full_post"} /-->'
        . '<!-- wp:query {"query":{"perPage":20,"postType":"post"}} --><div>'
        . '<!-- wp:post-template --><!-- wp:post-title /--><!-- wp:post-content /-->'
        . '<!-- /wp:post-template --></div><!-- /wp:query -->']);

// A program's own password.

[$posts['password']] = WP_Application_Passwords::create_new_application_password(
    1, ['name' => 'program']);

$buffered = ob_get_clean();
echo json_encode($posts), "\n";

if (trim($buffered) !== '') {
    fwrite(STDERR, $buffered);
}
